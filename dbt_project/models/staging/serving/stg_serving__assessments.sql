-- Meaning: what was asked of the service: who the patient is, as far as it was told, and the rest
--   of the request, and what was answered, as JSON. Whoever asked models that learned from imitated
--   rows was trying the program out: such an answer's origin is theirs.
-- Source: serving.assessments, which only grows and names no patient.
-- Misleads: a patient who is asked about twice is two.
with

assessments as (

    select * from {{ source('serving', 'assessments') }}

),

told as (

    select
        *,
        {{ safe_number(json_text('request', 'age_years')) }} as told_age_years,
        {{ json_text('request', 'sex') }} as sex
    from assessments

),

final as (

    select
        {{ consultation_key('assessment_id') }} as encounter_id,
        clinic,
        case
            when {{ json_text('answer', 'warnings') }} like '%"synthetic"%' then 'synthetic'
            else 'public'
        end as _origin,
        {{ clean_age_years('told_age_years') }} as age_years,
        case sex when 'female' then true when 'male' then false end as is_female,
        request,
        answer,
        created_at as known_at
    from told

)

select * from final
