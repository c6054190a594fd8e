-- How often each answer was given in each group. Answers too rare in a group are counted
-- together as `other`, so a rare answer that is missing here was not necessarily absent.
with

encounters as (

    select * from {{ ref('int_encounters__grouped') }}

),

diagnoses as (

    select * from {{ ref('fct_diagnoses') }}

),

persons as (

    select
        encounters.source,
        encounters.origin,
        diagnoses.problem,
        encounters.age_band,
        encounters.sex,
        diagnoses.diagnosis_code,
        encounters.returning_patient_id,
        count(*) as count_encounters
    from encounters
    inner join diagnoses on encounters.encounter_id = diagnoses.encounter_id
    group by 1, 2, 3, 4, 5, 6, 7

),

counted as (

    select
        source,
        origin,
        problem,
        age_band,
        sex,
        diagnosis_code,
        {{ counted_persons() }}
    from persons
    group by 1, 2, 3, 4, 5, 6

),

judged as (

    select
        *,
        {{ is_hidden_group(
            ['source', 'origin', 'problem', 'age_band', 'sex'], ['diagnosis_code']
        ) }} as is_hidden
    from counted

),

-- A person with two answers that are shown together is one person.
named as (

    select
        persons.source,
        persons.origin,
        persons.problem,
        persons.age_band,
        persons.sex,
        persons.returning_patient_id,
        case when judged.is_hidden then 'other' else persons.diagnosis_code end as shown_code,
        sum(persons.count_encounters) as count_encounters
    from persons
    inner join judged
        on
            persons.source = judged.source
            and persons.origin = judged.origin
            and persons.problem = judged.problem
            and persons.age_band = judged.age_band
            and persons.sex = judged.sex
            and persons.diagnosis_code = judged.diagnosis_code
    group by 1, 2, 3, 4, 5, 6, 7

),

shown as (

    select
        source,
        origin,
        problem,
        age_band,
        sex,
        shown_code as diagnosis_code,
        {{ counted_persons() }}
    from named
    group by 1, 2, 3, 4, 5, 6

),

final as (

    select * from shown
    where not {{ is_small_group() }}

)

select * from final
