-- Meaning: how often a person was seen lately and how ill they were last. A row for each moment
--   at which an answer changes: when a visit is over, and when it leaves a window of 30 or 365
--   days, so that the newest row is right at every moment and not only after a visit.
-- Source: earlier visits and their level are among the strongest predictors at triage (Hong,
--   Haimovich and Taylor, PLOS ONE 2018;13(7):e0201016).
-- Misleads: only visits to the hospitals that were landed are counted.
with

visits as (

    select * from {{ ref('int_history__visits') }}
    {{ only_changed('patient_id') }}

),

moments as (

    select
        patient_id,
        event_timestamp
    from visits
    union distinct
    select
        patient_id,
        {{ dbt.dateadd('hour', 30 * 24, 'event_timestamp') }} as event_timestamp
    from visits
    union distinct
    select
        patient_id,
        {{ dbt.dateadd('hour', 365 * 24, 'event_timestamp') }} as event_timestamp
    from visits

),

before_each as (

    select
        moments.patient_id,
        moments.event_timestamp,
        visits.encounter_id,
        visits.event_timestamp as seen_at,
        visits.loaded_at,
        visits.severity_level
    from moments
    inner join visits
        on
            moments.patient_id = visits.patient_id
            and moments.event_timestamp >= visits.event_timestamp

),

counted as (

    select
        patient_id,
        event_timestamp,
        max(loaded_at) as created_at,
        sum(
            case
                when seen_at > {{ dbt.dateadd('hour', -30 * 24, 'event_timestamp') }} then 1 else 0
            end
        ) as visits_30_days,
        sum(
            case
                when seen_at > {{ dbt.dateadd('hour', -365 * 24, 'event_timestamp') }} then 1 else 0
            end
        ) as visits_365_days
    from before_each
    group by patient_id, event_timestamp

),

levels as (

    select
        patient_id,
        event_timestamp,
        severity_level,
        row_number() over (
            partition by patient_id, event_timestamp
            order by seen_at desc, encounter_id desc
        ) as recency
    from before_each
    where severity_level is not null

),

final as (

    select
        counted.patient_id,
        counted.event_timestamp,
        counted.created_at,
        cast(counted.visits_30_days as integer) as visits_30_days,
        cast(counted.visits_365_days as integer) as visits_365_days,
        levels.severity_level as last_severity_level
    from counted
    left join levels
        on
            counted.patient_id = levels.patient_id
            and counted.event_timestamp = levels.event_timestamp
            and levels.recency = 1

)

select * from final
