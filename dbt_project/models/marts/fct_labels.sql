with

encounters as (

    select * from {{ ref('fct_encounters') }}
    {{ only_changed() }}

),

diagnoses as (

    select * from {{ ref('fct_diagnoses') }}
    {{ only_changed() }}

),

sources as (

    select * from {{ ref('sources') }}

),

final as (

    select
        encounters.encounter_id,
        encounters.patient_id,
        diagnoses.problem,
        encounters.known_at as event_timestamp,
        diagnoses.diagnosis_code as label,
        encounters.source,
        sources.role,
        encounters.origin
    from encounters
    inner join diagnoses on encounters.encounter_id = diagnoses.encounter_id
    inner join sources on encounters.source = sources.source

)

select * from final
