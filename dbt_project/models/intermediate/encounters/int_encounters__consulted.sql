with

assessments as (

    select * from {{ ref('stg_serving__assessments') }}

),

outcomes as (

    select * from {{ ref('stg_serving__outcomes') }}

),

last_said as (

    select
        encounter_id,
        clinic,
        max(said_at) as said_at
    from outcomes
    group by encounter_id, clinic

),

-- A clinic's word counts for its own answers alone.
confirmed as (

    select
        assessments.*,
        last_said.said_at as _loaded_at
    from assessments
    inner join last_said
        on
            assessments.encounter_id = last_said.encounter_id
            and assessments.clinic = last_said.clinic

),

-- An answer is in the log once, so no row is another's repeat.
kept as (

    select
        *,
        1 as repeat_number
    from confirmed
    where {{ prefer_public('confirmed') }}
    {{ only_found() }}

),

final as (

    select
        encounter_id,
        -- The log does not say who a patient is, so each encounter counts as another person.
        encounter_id as patient_id,
        _origin as origin,
        age_years,
        is_female,
        request,
        known_at,
        _loaded_at as loaded_at
    from kept
    where repeat_number = 1

)

select * from final
