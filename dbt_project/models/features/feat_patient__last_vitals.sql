-- Meaning: what was measured at a person's last visit, and how it moved since the one before.
--   What that visit did not measure is unknown, however often it was measured earlier.
-- Source: change from a person's own earlier values is what early warning tracks (Royal College
--   of Physicians, National Early Warning Score 2, 2017).
-- Misleads: vitals of another day say little of today, so nobody may use them after a day.
with

visits as (

    select * from {{ ref('int_history__visits') }}
    {{ only_changed('patient_id') }}

),

evidence as (

    select * from {{ ref('fct_evidence') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by patient_id, event_timestamp order by encounter_id desc
        ) as place
    from visits

),

measured as (

    select
        ranked.patient_id,
        ranked.event_timestamp,
        ranked.loaded_at,
        {{ known_vitals('evidence.known') }}
    from ranked
    inner join evidence on ranked.encounter_id = evidence.encounter_id
    -- Of several visits at one moment one is taken, the same each time.
    where ranked.place = 1

),

final as (

    select
        patient_id,
        event_timestamp,
        loaded_at as created_at,
        heart_rate_per_min,
        systolic_bp_mmhg,
        diastolic_bp_mmhg,
        respiratory_rate_per_min,
        temperature_c,
        oxygen_saturation_pct,
        heart_rate_per_min - lag(heart_rate_per_min) over visits as heart_rate_per_min_change,
        systolic_bp_mmhg - lag(systolic_bp_mmhg) over visits as systolic_bp_mmhg_change,
        diastolic_bp_mmhg - lag(diastolic_bp_mmhg) over visits as diastolic_bp_mmhg_change,
        respiratory_rate_per_min - lag(respiratory_rate_per_min) over visits
            as respiratory_rate_per_min_change,
        temperature_c - lag(temperature_c) over visits as temperature_c_change,
        oxygen_saturation_pct - lag(oxygen_saturation_pct) over visits
            as oxygen_saturation_pct_change
    from measured
    window visits as (partition by patient_id order by event_timestamp)

)

select * from final
