-- Mean and spread of each measurement in each group; never an extreme, which is one person's.
with

encounters as (

    select * from {{ ref('int_encounters__grouped') }}

),

observations as (

    select * from {{ ref('fct_observations') }}

),

-- The same again, so that PostgreSQL does not put every measurement aside to look through it twice.
encounters_again as (

    select * from {{ ref('int_encounters__grouped') }}

),

observations_again as (

    select * from {{ ref('fct_observations') }}

),

-- Added up as decimal numbers: the sum of floating ones depends on the order of the rows.
measured as (

    select
        encounters.source,
        encounters.origin,
        observations.observation_code,
        observations.unit,
        encounters.age_band,
        encounters.sex,
        cast(avg(cast(observations.value as numeric)) as double precision) as mean_value,
        cast(stddev_samp(cast(observations.value as numeric)) as double precision)
            as standard_deviation,
        count(*) as count_encounters
    from encounters
    inner join observations on encounters.encounter_id = observations.encounter_id
    group by 1, 2, 3, 4, 5, 6

),

-- Whoever came once is one person, and is not looked for.
returned as (

    select
        encounters_again.source,
        encounters_again.origin,
        observations_again.observation_code,
        encounters_again.age_band,
        encounters_again.sex,
        count(*) as count_encounters,
        count(distinct encounters_again.returning_patient_id) as count_patients
    from encounters_again
    inner join observations_again
        on encounters_again.encounter_id = observations_again.encounter_id
    where encounters_again.returning_patient_id is not null
    group by 1, 2, 3, 4, 5

),

counted as (

    select
        measured.source,
        measured.origin,
        measured.observation_code,
        measured.unit,
        measured.age_band,
        measured.sex,
        measured.count_encounters,
        measured.mean_value,
        measured.standard_deviation,
        measured.count_encounters
        - coalesce(returned.count_encounters, 0)
        + coalesce(returned.count_patients, 0) as count_patients
    from measured
    left join returned
        on
            measured.source = returned.source
            and measured.origin = returned.origin
            and measured.observation_code = returned.observation_code
            and measured.age_band = returned.age_band
            and measured.sex = returned.sex

),

final as (

    select * from counted
    where not {{ is_small_group() }}

)

select * from final
