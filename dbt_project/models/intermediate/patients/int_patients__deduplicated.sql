with

encounters as (

    select * from {{ ref('int_encounters__unioned') }}
    {{ only_changed('patient_id') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by patient_id
            order by known_at desc, age_years desc nulls last, encounter_id desc
        ) as recency,
        count(*) over (partition by patient_id) as count_encounters
    from encounters

),

final as (

    select
        patient_id,
        source,
        origin,
        age_years,
        is_female,
        count_encounters
    from ranked
    where recency = 1

)

select * from final
