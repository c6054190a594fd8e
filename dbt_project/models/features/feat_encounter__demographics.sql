with

encounters as (

    select * from {{ ref('fct_encounters') }}
    {{ only_changed() }}

),

final as (

    select
        encounter_id,
        known_at as event_timestamp,
        loaded_at as created_at,
        age_years,
        cast(cast(is_female as integer) as smallint) as is_female
    from encounters

)

select * from final
