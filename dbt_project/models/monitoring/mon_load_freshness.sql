with

loads as (

    select * from {{ source('raw', '_loads') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by table_name, origin, file
            order by load_id desc
        ) as recency
    from loads
    where status <> 'failed'

),

final as (

    select
        source,
        table_name,
        origin,
        file,
        row_count as count_rows,
        reject_count as count_rejected,
        finished_at as loaded_at
    from ranked
    where recency = 1

)

select * from final
