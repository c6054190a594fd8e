-- Meaning: a notified person, their age from SINAN's code, their signs as yes, no or unknown.
--   Sex 0 is female and 1 male, against the file's own dictionary: only rows with 0 are ever
--   pregnant.
-- Source: Mendeley Data bv26kznkjs and its attribute list.
-- Misleads: everybody here was suspected of an arbovirus; nothing is learned of other patients.
with

source as (

    select * from {{ source('raw', 'sinan_arbovirus_notifications') }}

),

kept as (

    select
        *,
        {{ encounter_key('sinan_arbovirus') }} as encounter_id,
        {{ repeat_number(sinan_published_columns()) }} as repeat_number
    from source
    where {{ prefer_public('source') }}
    {{ only_found('sinan_arbovirus') }}

),

numbers as (

    select
        *,
        {{ clean_number('nu_idade_n') }} as age_code,
        {{ clean_number('cs_sexo') }} as sex_code,
        {{ clean_number('dias') }} as days_since_onset
    from kept
    where repeat_number = 1

),

ages as (

    select
        *,
        cast({{ sinan_age_years('age_code') }} as double precision) as coded_age_years
    from numbers

),

final as (

    select
        ---------- ids
        encounter_id,
        encounter_id as patient_id,
        _origin as origin,

        ---------- person
        {{ clean_age_years('coded_age_years') }} as age_years,
        case sex_code when 0 then true when 1 then false end as is_female,
        days_since_onset,

        ---------- signs and diseases known before
        {% for column in sinan_sign_columns() %}
        {{ yes_no(column) }} as {{ column }},
        {% endfor %}

        ---------- label
        upper({{ clean_text('classi_fin') }}) as final_classification,

        ---------- timestamps
        _loaded_at as loaded_at
    from ages

)

select * from final
