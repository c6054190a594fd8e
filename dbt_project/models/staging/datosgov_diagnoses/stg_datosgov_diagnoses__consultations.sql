-- Meaning: how many consultations ended with a diagnosis, by municipality and quarter.
-- Source: datos.gov.co ncap-5idg; diagnoses are ICD-10 as the Colombian catalogue writes it,
--   without the point, and with X where there is no fourth digit.
-- Misleads: consultations are not people, and one person may have many.
with

source as (

    select * from {{ source('raw', 'datosgov_diagnoses_consultations') }}

),

known_columns as (

    select * from {{ ref('surveillance_columns') }}

),

told as (

    {{ surveillance_meanings('source', [
        'diagnosis', 'year', 'quarter', 'notified_date', 'department_code',
        'municipality_code', 'count',
    ]) }}

),

read as (

    select
        *,
        {{ clean_number('year') }} as year_number,
        {{ safe_date('notified_date') }} as notified_on,
        {{ quarter_number('quarter') }} as quarter_number
    from told

),

final as (

    select
        {{ encounter_key('datosgov_diagnoses') }} as consultation_id,
        _origin as origin,
        {{ divipola_code('department_code', 'municipality_code') }} as municipality_code,
        cast(coalesce(year_number, extract(year from notified_on)) as integer) as year_of_care,
        coalesce(
            quarter_number, cast(extract(quarter from notified_on) as integer)
        ) as quarter_of_care,
        {{ icd10_code('diagnosis') }} as icd10,
        cast(coalesce({{ clean_number('count') }}, 1) as integer) as count_consultations,
        _loaded_at as loaded_at
    from read

)

select * from final
