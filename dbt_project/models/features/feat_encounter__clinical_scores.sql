-- Meaning: what a clinician reckons from the vitals. Shock index: heart rate over systolic
--   pressure: 0.54 on average in health, about 1.0 where shock threatens, 1.5 in hypovolaemia.
--   Pulse pressure: systolic less diastolic. Age times shock index, for adults. Whether a child's
--   shock index is raised for the age: over 1.22 from 4 to 6 years, 1.0 to 12, 0.9 to 16. NEWS2:
--   seven vitals scored 0 to 3 and added up, from 16 years on.
-- Source: Allgoewer and Burri, Dtsch Med Wochenschr 1967;92:1947-50 (shock index and its values);
--   Zarzaur et al., J Surg Res 2008;147:229-36 (times age; its patients were 18 to 84); Acker et
--   al., J Pediatr Surg 2015;50:331-4 (children, blunt trauma); these three were checked against
--   their abstracts. Royal College of Physicians, National Early Warning Score 2, 2017, chart 1
--   (SpO2 scale 1), checked against a copy of that chart. Pulse pressure is a definition.
-- Misleads: beta blockers hold the heart rate down and with it every score here; NEWS2 is not
--   for children or pregnancy, and its scale 1 is wrong in hypercapnic respiratory failure. Times
--   age and the limits for children were found in the injured, not in all who come to triage.
with

encounters as (

    select * from {{ ref('fct_encounters') }}
    {{ only_changed() }}

),

evidence as (

    select * from {{ ref('fct_evidence') }}
    {{ only_changed() }}

),

vitals as (

    select
        evidence.encounter_id,
        evidence.event_timestamp,
        evidence.created_at,
        encounters.age_years,
        {{ known_vitals('evidence.known') }},
        {{ known_numbers('evidence.known', ['on_supplemental_oxygen', 'consciousness_avpu']) }}
    from evidence
    inner join encounters on evidence.encounter_id = encounters.encounter_id
    where evidence.source in ('ktas', 'yale_triage', 'consultations')

),

-- NULL compares with nothing, so what was not measured has no points, not none.
scored as (

    select
        *,
        heart_rate_per_min / systolic_bp_mmhg as shock_index,
        case
            when respiratory_rate_per_min <= 8 then 3
            when respiratory_rate_per_min <= 11 then 1
            when respiratory_rate_per_min <= 20 then 0
            when respiratory_rate_per_min <= 24 then 2
            when respiratory_rate_per_min > 24 then 3
        end as points_breaths,
        case
            when oxygen_saturation_pct <= 91 then 3
            when oxygen_saturation_pct <= 93 then 2
            when oxygen_saturation_pct <= 95 then 1
            when oxygen_saturation_pct > 95 then 0
        end as points_saturation,
        case
            when on_supplemental_oxygen = 1 then 2 when on_supplemental_oxygen = 0 then 0
        end as points_oxygen,
        case
            when systolic_bp_mmhg <= 90 then 3
            when systolic_bp_mmhg <= 100 then 2
            when systolic_bp_mmhg <= 110 then 1
            when systolic_bp_mmhg < 220 then 0
            when systolic_bp_mmhg >= 220 then 3
        end as points_systolic,
        case
            when heart_rate_per_min <= 40 then 3
            when heart_rate_per_min <= 50 then 1
            when heart_rate_per_min <= 90 then 0
            when heart_rate_per_min <= 110 then 1
            when heart_rate_per_min <= 130 then 2
            when heart_rate_per_min > 130 then 3
        end as points_rate,
        case
            when consciousness_avpu = 0 then 0 when consciousness_avpu > 0 then 3
        end as points_avpu,
        case
            when temperature_c <= 35 then 3
            when temperature_c <= 36 then 1
            when temperature_c <= 38 then 0
            when temperature_c <= 39 then 1
            when temperature_c > 39 then 2
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
        systolic_bp_mmhg - diastolic_bp_mmhg as pulse_pressure_mmhg,
        case when age_years >= 18 then age_years * shock_index end as age_shock_index
    from scored

)

select * from final
