-- Meaning: the visits of persons who can be found again, each from the moment it is over. What a
--   visit says of a person is history from then on, and not before: one microsecond after the
--   moment at which the visit itself is asked about, so that no visit is its own history.
-- Misleads: where a source publishes no dates, all visits of a person share one moment, and none
--   is in the history of another.
with

encounters as (

    select * from {{ ref('fct_encounters') }}
    {{ only_changed() }}

),

diagnoses as (

    select * from {{ ref('fct_diagnoses') }}
    {{ only_changed() }}

),

levels as (

    select
        encounter_id,
        cast(substr(diagnosis_code, 7) as smallint) as severity_level
    from diagnoses
    where problem = 'severity'

),

final as (

    select
        encounters.encounter_id,
        encounters.patient_id,
        encounters.loaded_at,
        levels.severity_level,
        {{ dbt.dateadd('microsecond', 1, 'encounters.known_at') }} as event_timestamp
    from encounters
    left join levels on encounters.encounter_id = levels.encounter_id
    -- Where the publisher names no persons, every encounter counts as another one.
    where encounters.patient_id <> encounters.encounter_id

)

select * from final
