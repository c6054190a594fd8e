-- Meaning: vitals as measured, in our units. A saturation that the publisher filled in (always 98)
--   was not measured, so it is unknown; so is then whether the patient breathed room air.
-- Source: Hong, Haimovich and Taylor, PLOS ONE 2018;13(7):e0201016, and `o2_maybe_imputed` of
--   their file.
-- Misleads: a quarter of the visits has no vitals at all, and more of the sicker ones, so unknown
--   tells something by itself.
with

source as (

    select * from {{ source('raw', 'yale_triage_visits') }}

),

kept as (

    select
        *,
        {{ encounter_key('yale_triage') }} as encounter_id,
        {{ repeat_number(yale_visit_columns()) }} as repeat_number
    from source
    where {{ prefer_public('source') }}
    {{ only_found('yale_triage') }}

),

numbers as (

    select
        *,
        {{ clean_number('age') }} as age_years,
        {{ clean_number('triage_vital_hr') }} as heart_rate_per_min,
        {{ clean_number('triage_vital_sbp') }} as systolic_bp_mmhg,
        {{ clean_number('triage_vital_dbp') }} as diastolic_bp_mmhg,
        {{ clean_number('triage_vital_rr') }} as respiratory_rate_per_min,
        {{ clean_number('triage_vital_o2') }} as written_saturation_pct,
        {{ clean_number('triage_vital_o2_device') }} as oxygen_device,
        {{ clean_number('triage_vital_temp') }} as temperature_f,
        lower(trim(o2_maybe_imputed)) in ('true', '1') as is_saturation_filled_in
    from kept
    where repeat_number = 1

),

final as (

    select
        ---------- ids
        encounter_id,
        'yale_triage-' || {{ clean_text('patient_id') }} as patient_id,
        _origin as origin,

        ---------- person and arrival
        {{ clean_age_years('age_years') }} as age_years,
        {{ is_female_word('gender') }} as is_female,
        case
            when lower(trim(arrivalmode)) = 'ambulance' then 1
            when {{ clean_text('arrivalmode') }} is not null then 0
        end as arrived_by_ambulance,

        ---------- measurements
        heart_rate_per_min,
        systolic_bp_mmhg,
        diastolic_bp_mmhg,
        respiratory_rate_per_min,
        {{ fahrenheit_to_celsius('temperature_f') }} as temperature_c,
        case when not is_saturation_filled_in then written_saturation_pct end
            as oxygen_saturation_pct,
        case
            when oxygen_device > 0 then 1
            when oxygen_device = 0 and not is_saturation_filled_in then 0
        end as on_supplemental_oxygen,

        ---------- counts of what came before
        {{ clean_number('n_edvisits') }} as previous_ed_visits,
        {{ clean_number('n_admissions') }} as previous_admissions,
        {{ clean_number('n_surgeries') }} as previous_surgeries,

        ---------- labels
        cast(cast({{ clean_number('esi') }} as integer) as {{ dbt.type_string() }})
            as triage_level,
        {{ clean_text('disposition') }} as disposition,

        ---------- timestamps
        _loaded_at as loaded_at
    from numbers

)

select * from final
