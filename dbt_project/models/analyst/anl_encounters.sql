with

encounters as (

    select * from {{ ref('int_encounters__grouped') }}

),

counted as (

    select
        source,
        origin,
        age_band,
        sex,
        count(*) as count_encounters,
        count(distinct patient_id) as count_patients
    from encounters
    group by source, origin, age_band, sex

),

final as (

    select * from counted
    where not {{ is_small_group() }}

)

select * from final
