with

encounters as (

    select * from {{ ref('int_encounters__grouped') }}

),

persons as (

    select
        source,
        origin,
        age_band,
        sex,
        returning_patient_id,
        count(*) as count_encounters
    from encounters
    group by source, origin, age_band, sex, returning_patient_id

),

counted as (

    select
        source,
        origin,
        age_band,
        sex,
        {{ counted_persons() }}
    from persons
    group by source, origin, age_band, sex

),

final as (

    select * from counted
    where not {{ is_small_group() }}

)

select * from final
