-- Mean and spread of each measurement in each group; never an extreme, which is one person's.
with

encounters as (

    select * from {{ ref('int_encounters__grouped') }}

),

observations as (

    select * from {{ ref('fct_observations') }}

),

counted as (

    select
        encounters.source,
        encounters.origin,
        observations.observation_code,
        observations.unit,
        encounters.age_band,
        encounters.sex,
        count(*) as count_encounters,
        count(distinct encounters.patient_id) as count_patients,
        avg(observations.value) as mean_value,
        stddev_samp(observations.value) as standard_deviation
    from encounters
    inner join observations on encounters.encounter_id = observations.encounter_id
    group by 1, 2, 3, 4, 5, 6

),

final as (

    select * from counted
    where not {{ is_small_group() }}

)

select * from final
