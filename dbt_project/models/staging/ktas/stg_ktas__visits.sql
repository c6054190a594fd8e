-- Meaning: what the file writes in codes, said plainly. Sex 1 is female, 2 male; arrival 2 and 4
--   are public and private ambulances; injury 2 is yes; mental 1 to 4 are alert, to voice, to
--   pain, unresponsive. No pain (0) is a score of 0 where none was written.
-- Source: the file's article, doi 10.1371/journal.pone.0216972, supporting file s001.
-- Misleads: in pain (1) without a score stays unknown; it is not a little pain.
with

source as (

    select * from {{ source('raw', 'ktas_visits') }}

),

kept as (

    select
        *,
        {{ encounter_key('ktas') }} as encounter_id,
        {{ repeat_number(ktas_published_columns()) }} as repeat_number
    from source
    where {{ prefer_public('source') }}
    {{ only_found('ktas') }}

),

numbers as (

    select
        *,
        {{ clean_number('age') }} as age_years,
        {{ clean_number('sbp') }} as systolic_bp_mmhg,
        {{ clean_number('dbp') }} as diastolic_bp_mmhg,
        {{ clean_number('hr') }} as heart_rate_per_min,
        {{ clean_number('rr') }} as respiratory_rate_per_min,
        {{ clean_number('bt') }} as temperature_c,
        {{ clean_number('saturation') }} as oxygen_saturation_pct,
        {{ clean_number('nrs_pain') }} as written_pain_score
    from kept
    where repeat_number = 1

),

final as (

    select
        ---------- ids
        encounter_id,
        encounter_id as patient_id,
        _origin as origin,

        ---------- person and arrival
        {{ clean_age_years('age_years') }} as age_years,
        case trim(sex) when '1' then true when '2' then false end as is_female,
        case
            when trim(arrival_mode) in ('2', '4') then 1
            when trim(arrival_mode) in ('1', '3', '5', '6', '7') then 0
        end as arrived_by_ambulance,
        case trim(injury) when '2' then 1 when '1' then 0 end as is_injury,
        lower({{ clean_text('chief_complain') }}) as chief_complaint,

        ---------- measurements
        case trim(mental)
            when '1' then 0 when '2' then 1 when '3' then 2 when '4' then 3
        end as consciousness_avpu,
        case
            when written_pain_score is not null then written_pain_score
            when trim(pain) = '0' then 0
        end as pain_score,
        systolic_bp_mmhg,
        diastolic_bp_mmhg,
        heart_rate_per_min,
        respiratory_rate_per_min,
        temperature_c,
        oxygen_saturation_pct,

        ---------- label
        {{ clean_text('ktas_expert') }} as triage_level,

        ---------- timestamps
        _loaded_at as loaded_at
    from numbers

)

select * from final
