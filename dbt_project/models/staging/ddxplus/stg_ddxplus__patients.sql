with

source as (

    select * from {{ source('raw', 'ddxplus_patients') }}

),

kept as (

    select
        *,
        {{ encounter_key('ddxplus') }} as encounter_id,
        {{ clean_number('age') }} as clean_age_years,
        {{ repeat_number(ddxplus_patient_columns()) }} as repeat_number
    from source
    where {{ prefer_public('source') }}
    {{ only_found('ddxplus') }}

),

final as (

    select
        ---------- ids
        encounter_id,
        encounter_id as patient_id,
        _origin as origin,

        ---------- person
        {{ clean_age_years('clean_age_years') }} as age_years,
        {{ is_female_word('sex') }} as is_female,

        ---------- answers, as the release writes them
        {{ clean_text('evidences') }} as evidences,

        ---------- label
        {{ clean_text('pathology') }} as pathology,

        ---------- timestamps
        _loaded_at as loaded_at
    from kept
    where repeat_number = 1

)

select * from final
