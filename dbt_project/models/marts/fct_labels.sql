with

encounters as (

    select * from {{ ref('fct_encounters') }}

),

diagnoses as (

    select * from {{ ref('fct_diagnoses') }}

),

final as (

    select
        encounters.encounter_id,
        encounters.patient_id,
        diagnoses.problem,
        encounters.known_at as event_timestamp,
        diagnoses.diagnosis_code as label,
        encounters.source,
        encounters.origin
    from encounters
    inner join diagnoses on encounters.encounter_id = diagnoses.encounter_id

)

select * from final
