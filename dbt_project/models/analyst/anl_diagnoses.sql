-- How often each answer was given in each group. Answers too rare in a group are counted
-- together as `other`, so a rare answer that is missing here was not necessarily absent.
with

encounters as (

    select * from {{ ref('int_encounters__grouped') }}

),

diagnoses as (

    select * from {{ ref('fct_diagnoses') }}

),

described as (

    select
        encounters.patient_id,
        encounters.source,
        encounters.origin,
        diagnoses.problem,
        encounters.age_band,
        encounters.sex,
        diagnoses.diagnosis_code
    from encounters
    inner join diagnoses on encounters.encounter_id = diagnoses.encounter_id

),

counted as (

    select
        source,
        origin,
        problem,
        age_band,
        sex,
        diagnosis_code,
        count(*) as count_encounters,
        count(distinct patient_id) as count_patients
    from described
    group by source, origin, problem, age_band, sex, diagnosis_code

),

judged as (

    select
        *,
        {{ is_hidden_group(
            ['source', 'origin', 'problem', 'age_band', 'sex'], ['diagnosis_code']
        ) }} as is_hidden
    from counted

),

named as (

    select
        described.patient_id,
        described.source,
        described.origin,
        described.problem,
        described.age_band,
        described.sex,
        case when judged.is_hidden then 'other' else described.diagnosis_code end
            as diagnosis_code
    from described
    inner join judged
        on
            described.source = judged.source
            and described.origin = judged.origin
            and described.problem = judged.problem
            and described.age_band = judged.age_band
            and described.sex = judged.sex
            and described.diagnosis_code = judged.diagnosis_code

),

shown as (

    select
        source,
        origin,
        problem,
        age_band,
        sex,
        diagnosis_code,
        count(*) as count_encounters,
        count(distinct patient_id) as count_patients
    from named
    group by source, origin, problem, age_band, sex, diagnosis_code

),

final as (

    select * from shown
    where not {{ is_small_group() }}

)

select * from final
