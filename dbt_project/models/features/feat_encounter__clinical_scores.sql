-- Meaning: what a clinician reckons from the vitals. Shock index: heart rate over systolic
--   pressure, 0.5 to 0.7 in health. Pulse pressure: systolic less diastolic. Age times shock index,
--   for adults. Whether a child's shock index is raised for the age: over 1.22 from 4 to 6 years,
--   1.0 to 12, 0.9 to 16. NEWS2: seven vitals scored 0 to 3 and added up, from 16 years on.
-- Source: Allgoewer and Burri, Dtsch Med Wochenschr 1967;92:1947-50 (shock index); Zarzaur et al.,
--   J Surg Res 2008;147:229-36 (times age); Acker et al., J Pediatr Surg 2015;50:331-4 (children);
--   Royal College of Physicians, National Early Warning Score 2, 2017 (its SpO2 scale 1).
-- Misleads: beta blockers hold the heart rate down and with it every score here; NEWS2 is not
--   for children or pregnancy, and its scale 1 is wrong in hypercapnic respiratory failure.
with

encounters as (

    select * from {{ ref('fct_encounters') }}

),

evidence as (

    select * from {{ ref('fct_evidence') }}

),

vitals as (

    select
        evidence.encounter_id,
        evidence.event_timestamp,
        evidence.created_at,
        encounters.age_years,
        cast({{ map_value('evidence.known', 'heart_rate_per_min') }} as double precision) as rate,
        cast({{ map_value('evidence.known', 'systolic_bp_mmhg') }} as double precision) as systolic,
        cast({{ map_value('evidence.known', 'diastolic_bp_mmhg') }} as double precision)
            as diastolic,
        cast({{ map_value('evidence.known', 'respiratory_rate_per_min') }} as double precision)
            as breaths,
        cast({{ map_value('evidence.known', 'temperature_c') }} as double precision)
            as temperature,
        cast({{ map_value('evidence.known', 'oxygen_saturation_pct') }} as double precision)
            as saturation,
        cast({{ map_value('evidence.known', 'on_supplemental_oxygen') }} as double precision)
            as oxygen,
        cast({{ map_value('evidence.known', 'consciousness_avpu') }} as double precision) as avpu
    from evidence
    inner join encounters on evidence.encounter_id = encounters.encounter_id
    where evidence.source in ('ktas', 'yale_triage')

),

-- NULL compares with nothing, so what was not measured has no points, not none.
scored as (

    select
        *,
        rate / systolic as shock_index,
        case
            when breaths <= 8 then 3 when breaths <= 11 then 1 when breaths <= 20 then 0
            when breaths <= 24 then 2 when breaths > 24 then 3
        end as points_breaths,
        case
            when saturation <= 91 then 3 when saturation <= 93 then 2 when saturation <= 95 then 1
            when saturation > 95 then 0
        end as points_saturation,
        case when oxygen = 1 then 2 when oxygen = 0 then 0 end as points_oxygen,
        case
            when systolic <= 90 then 3 when systolic <= 100 then 2 when systolic <= 110 then 1
            when systolic < 220 then 0 when systolic >= 220 then 3
        end as points_systolic,
        case
            when rate <= 40 then 3 when rate <= 50 then 1 when rate <= 90 then 0
            when rate <= 110 then 1 when rate <= 130 then 2 when rate > 130 then 3
        end as points_rate,
        case when avpu = 0 then 0 when avpu > 0 then 3 end as points_avpu,
        case
            when temperature <= 35 then 3 when temperature <= 36 then 1
            when temperature <= 38 then 0 when temperature <= 39 then 1 when temperature > 39 then 2
        end as points_temperature
    from vitals

),

final as (

    select
        encounter_id,
        event_timestamp,
        created_at,
        shock_index,
        cast(
            case
                when age_years >= 4 and age_years < 7 then cast(shock_index > 1.22 as integer)
                when age_years >= 7 and age_years < 13 then cast(shock_index > 1.0 as integer)
                when age_years >= 13 and age_years < 17 then cast(shock_index > 0.9 as integer)
            end as smallint
        ) as child_shock_index_raised,
        cast(
            case
                when age_years >= 16
                    then
                        points_breaths + points_saturation + points_oxygen + points_systolic
                        + points_rate + points_avpu + points_temperature
            end as integer
        ) as news2,
        cast(
            case
                when
                    age_years >= 16
                    and coalesce(
                        points_breaths, points_saturation, points_systolic, points_rate,
                        points_avpu, points_temperature
                    ) is not null
                    then
                        coalesce(points_breaths, 0) + coalesce(points_saturation, 0)
                        + coalesce(points_oxygen, 0) + coalesce(points_systolic, 0)
                        + coalesce(points_rate, 0) + coalesce(points_avpu, 0)
                        + coalesce(points_temperature, 0)
            end as integer
        ) as news2_at_least,
        systolic - diastolic as pulse_pressure_mmhg,
        case when age_years >= 16 then age_years * shock_index end as age_shock_index
    from scored

)

select * from final
