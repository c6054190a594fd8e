-- How often each sign was present and absent. If either is too rare to be shown, only their
-- sum is, as `not shown`. Encounters in which nobody knew are not counted.
with

encounters as (

    select * from {{ ref('int_encounters__grouped') }}

),

symptoms as (

    select * from {{ ref('fct_symptoms') }}

),

described as (

    select
        encounters.returning_patient_id,
        encounters.source,
        encounters.origin,
        symptoms.symptom_code,
        case when symptoms.is_present then 'present' else 'absent' end as state
    from encounters
    inner join symptoms on encounters.encounter_id = symptoms.encounter_id

),

-- Whoever came once is one person: sorting all of them to count them apart takes minutes.
told as (

    select
        source,
        origin,
        symptom_code,
        state,
        returning_patient_id,
        count(*) as count_encounters
    from described
    group by source, origin, symptom_code, state, returning_patient_id

),

counted as (

    select
        source,
        origin,
        symptom_code,
        state,
        cast(sum(count_encounters) as bigint) as count_encounters,
        cast(
            sum(case when returning_patient_id is null then count_encounters else 1 end) as bigint
        ) as count_patients
    from told
    group by source, origin, symptom_code, state

),

judged as (

    select
        *,
        {{ is_hidden_group(['source', 'origin', 'symptom_code'], ['state']) }} as is_hidden
    from counted

),

named as (

    select
        source,
        origin,
        symptom_code,
        count_encounters,
        count_patients,
        case when is_hidden then 'not shown' else state end as state
    from judged

),

shown as (

    select
        source,
        origin,
        symptom_code,
        state,
        cast(sum(count_encounters) as bigint) as count_encounters,
        -- A person may be in both states at different visits: the larger number is certain.
        max(count_patients) as count_patients
    from named
    group by source, origin, symptom_code, state

),

final as (

    select * from shown
    where not {{ is_small_group() }}

)

select * from final
