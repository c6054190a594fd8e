-- How often each sign was present and absent. If either is too rare to be shown, only their
-- sum is, as `not shown`. Encounters in which nobody knew are not counted.
with

encounters as (

    select * from {{ ref('int_encounters__grouped') }}

),

symptoms as (

    select * from {{ ref('fct_symptoms') }}

),

blocks as (

    select * from {{ ref('int_symptoms__counted') }}

),

summed as (

    select
        source,
        origin,
        symptom_code,
        cast(sum(count_encounters) as bigint) as count_encounters,
        case when is_present then 'present' else 'absent' end as state
    from blocks
    group by source, origin, symptom_code, is_present

),

-- Whoever came once is one person, and is not looked for.
seen_again as (

    select
        encounters.returning_patient_id,
        encounters.source,
        encounters.origin,
        symptoms.symptom_code,
        case when symptoms.is_present then 'present' else 'absent' end as state
    from encounters
    inner join symptoms on encounters.encounter_id = symptoms.encounter_id
    where encounters.returning_patient_id is not null

),

returned as (

    select
        source,
        origin,
        symptom_code,
        state,
        count(*) as count_encounters,
        count(distinct returning_patient_id) as count_patients
    from seen_again
    group by source, origin, symptom_code, state

),

counted as (

    select
        summed.source,
        summed.origin,
        summed.symptom_code,
        summed.state,
        summed.count_encounters,
        cast(
            summed.count_encounters
            - coalesce(returned.count_encounters, 0)
            + coalesce(returned.count_patients, 0) as bigint
        ) as count_patients
    from summed
    left join returned
        on
            summed.source = returned.source
            and summed.origin = returned.origin
            and summed.symptom_code = returned.symptom_code
            and summed.state = returned.state

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
