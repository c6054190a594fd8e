-- Meaning: lasting conditions of a person, as their visits so far have told. What was present
--   once stays; absent is what was asked and never found; what nobody asked is unknown.
-- Source: the conditions behind comorbidity scores at triage (Hong, Haimovich and Taylor, PLOS
--   ONE 2018;13(7):e0201016; Charlson et al., J Chronic Dis 1987;40:373-83).
-- Misleads: a condition entered by mistake stays, too.
with

visits as (

    select * from {{ ref('int_history__visits') }}
    {{ only_changed('patient_id') }}

),

symptoms as (

    select * from {{ ref('fct_symptoms') }}

),

told as (

    select
        visits.patient_id,
        signs.symptom_code,
        min(visits.event_timestamp) as known_since,
        min(case when signs.is_present then visits.event_timestamp end) as present_since
    from visits
    cross join
        lateral (
            select
                symptoms.symptom_code,
                symptoms.is_present
            from symptoms
            where
                symptoms.encounter_id = visits.encounter_id
                and symptoms.symptom_code in (
                    {% for column in contract_columns() -%}
                    '{{ column.name }}'{{ ", " if not loop.last }}
                    {%- endfor %}
                )
            -- In an order, so that PostgreSQL looks at each visit: 0.5 s for 20,000 of them, where
            -- looking for these codes among the signs of everybody takes 4.3 s.
            order by symptoms.symptom_code
            limit {{ contract_columns() | length }}
        ) as signs
    group by visits.patient_id, signs.symptom_code

),

moments as (

    select
        patient_id,
        event_timestamp,
        max(loaded_at) as loaded_at
    from visits
    group by patient_id, event_timestamp

),

-- When what is known by then was landed: the latest of all visits so far.
landed as (

    select
        patient_id,
        event_timestamp,
        max(loaded_at) over (partition by patient_id order by event_timestamp) as created_at
    from moments

),

maps as (

    select
        landed.patient_id,
        landed.event_timestamp,
        landed.created_at,
        {{ code_map(
            'told.symptom_code',
            'case when told.present_since <= landed.event_timestamp then 1 else 0 end'
        ) }} as known
    from landed
    inner join told
        on
            landed.patient_id = told.patient_id
            and landed.event_timestamp >= told.known_since
    group by landed.patient_id, landed.event_timestamp, landed.created_at

),

final as (

    select
        patient_id,
        event_timestamp,
        created_at,
        {{ encode_contract('known') }}
    from maps

)

select * from final
