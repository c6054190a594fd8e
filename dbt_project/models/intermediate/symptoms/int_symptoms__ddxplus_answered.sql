-- Meaning: every sign of the DDXPlus questionnaire for every patient: present when
--   listed, absent when not, since each simulated patient answered every question.
-- Source: seed `symptom_sources`, match `token`; Fansi Tchango et al. 2022 (DDXPlus).
-- Misleads: an absent sign here was truly asked for. Real records seldom are that
--   complete, so a model taught by these rows must still bear unknown ones.
with

patients as (

    select * from {{ ref('stg_ddxplus__patients') }}
    {{ only_changed() }}

),

answers as (

    select * from {{ ref('int_answers__ddxplus_listed') }}
    {{ only_changed() }}

),

meanings as (

    select * from {{ ref('symptom_sources') }}

),

tokens as (

    select
        source_column as evidence_id,
        source_value as answer,
        code as symptom_code
    from meanings
    where source = 'ddxplus' and match = 'token'

),

asked as (

    select distinct symptom_code
    from tokens

),

listed as (

    select distinct
        answers.encounter_id,
        tokens.symptom_code
    from answers
    inner join tokens
        on
            answers.evidence_id = tokens.evidence_id
            and answers.answer = coalesce(tokens.answer, answers.answer)

),

final as (

    select
        patients.encounter_id,
        asked.symptom_code,
        listed.symptom_code is not null as is_present
    from patients
    cross join asked
    left join listed
        on
            patients.encounter_id = listed.encounter_id
            and asked.symptom_code = listed.symptom_code

)

select * from final
