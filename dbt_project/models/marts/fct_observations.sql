-- Meaning: measurements a living person can have. One outside the vocabulary's limits
--   (a pulse of 0, onset 12,767 days ago) is an error of recording, so it is dropped:
--   unknown. So are both pressures where the systolic is not above the diastolic.
-- Source: minimum and maximum of the seed `observations`.
-- Misleads: the limits are wide on purpose. A value inside them may still be wrong.
with

recorded as (

    select * from {{ ref('int_observations__recorded') }}
    {{ only_changed() }}

),

limits as (

    select * from {{ ref('observations') }}

),

possible as (

    select
        recorded.encounter_id,
        recorded.observation_code,
        recorded.value,
        limits.unit
    from recorded
    inner join limits on recorded.observation_code = limits.code
    where
        recorded.value >= coalesce(limits.minimum, recorded.value)
        and recorded.value <= coalesce(limits.maximum, recorded.value)

),

swapped as (

    select systolic.encounter_id
    from possible as systolic
    inner join possible as diastolic on systolic.encounter_id = diastolic.encounter_id
    where
        systolic.observation_code = 'systolic_bp_mmhg'
        and diastolic.observation_code = 'diastolic_bp_mmhg'
        and systolic.value <= diastolic.value

),

final as (

    select
        possible.encounter_id,
        possible.observation_code,
        possible.value,
        possible.unit
    from possible
    left join swapped on possible.encounter_id = swapped.encounter_id
    where
        swapped.encounter_id is null
        or possible.observation_code not in ('systolic_bp_mmhg', 'diastolic_bp_mmhg')

)

select * from final
