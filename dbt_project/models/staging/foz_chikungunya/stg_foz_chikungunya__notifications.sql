with

source as (

    select * from {{ source('raw', 'foz_chikungunya_notifications') }}

),

kept as (

    select
        *,
        {{ encounter_key('foz_chikungunya') }} as encounter_id,
        {{ repeat_number(
            ['dt_notific', 'dt_sin_pri', 'id_unidade', 'nu_idade_n', 'cs_sexo', 'classi_fin']
            + sinan_sign_columns()
        ) }} as repeat_number
    from source
    where {{ prefer_public('source') }}
    {{ only_found('foz_chikungunya') }}

),

read as (

    select
        *,
        {{ clean_number('nu_idade_n') }} as age_code,
        {{ safe_date('dt_notific') }} as notified_on,
        {{ safe_date('dt_sin_pri') }} as onset_on
    from kept
    where repeat_number = 1

),

ages as (

    select
        *,
        cast({{ sinan_age_years('age_code') }} as double precision) as coded_age_years
    from read

),

final as (

    select
        ---------- ids
        encounter_id,
        encounter_id as patient_id,
        _origin as origin,

        ---------- person
        {{ clean_age_years('coded_age_years') }} as age_years,
        {{ is_female_word('cs_sexo') }} as is_female,
        cast(notified_on - onset_on as double precision) as days_since_onset,

        ---------- signs and diseases known before
        {% for column in sinan_sign_columns() %}
        {{ yes_no(column) }} as {{ column }},
        {% endfor %}

        ---------- what came after
        {{ yes_no('hospitaliz') }} as was_hospitalised,

        ---------- label
        {{ clean_text('classi_fin') }} as final_classification,

        ---------- timestamps
        _loaded_at as loaded_at
    from ages

)

select * from final
