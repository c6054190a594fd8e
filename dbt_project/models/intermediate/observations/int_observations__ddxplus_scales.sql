-- Meaning: the six 0 to 10 scales of DDXPlus. A scale the list of answers lacks takes
--   the value the release itself gives it, 0: no pain, no lesion.
-- Source: release_evidences.json, `data_type` C and `default_value` (figshare
--   22687585).
-- Misleads: 0 says "asked, none" because DDXPlus simulates a complete interview. In
--   life a scale nobody asked about is unknown.
with

patients as (

    select * from {{ ref('stg_ddxplus__patients') }}
    {{ only_changed() }}

),

answers as (

    select * from {{ ref('int_answers__ddxplus_listed') }}
    {{ only_changed() }}

),

evidences as (

    select * from {{ ref('stg_ddxplus__evidences') }}

),

meanings as (

    select * from {{ ref('observation_sources') }}

),

scales as (

    select
        evidences.evidence_id,
        meanings.observation_code,
        {{ clean_number('evidences.default_value') }} as default_value
    from evidences
    inner join meanings
        on
            evidences.evidence_id = meanings.source_column
            and meanings.source = 'ddxplus'

),

final as (

    select
        patients.encounter_id,
        scales.observation_code,
        coalesce({{ clean_number('answers.answer') }}, scales.default_value) as value
    from patients
    cross join scales
    left join answers
        on
            patients.encounter_id = answers.encounter_id
            and scales.evidence_id = answers.evidence_id

)

select * from final
