-- Every encounter with the group of age and sex it may be shown in. A group too small for its
-- persons to hide in is shown as `other`. It misleads where age is unknown for many: they are
-- a group of their own, not spread over the bands.
with

encounters as (

    select * from {{ ref('fct_encounters') }}

),

described as (

    select
        encounter_id,
        patient_id,
        source,
        origin,
        coalesce({{ age_band('age_years') }}, 'unknown') as age_band,
        case
            when is_female then 'female' when not is_female then 'male' else 'unknown'
        end as sex,
        case when count(*) over (partition by patient_id) > 1 then patient_id end
            as returning_patient_id
    from encounters

),

persons as (

    select
        source,
        origin,
        age_band,
        sex,
        returning_patient_id,
        count(*) as count_encounters
    from described
    group by source, origin, age_band, sex, returning_patient_id

),

counted as (

    select
        source,
        origin,
        age_band,
        sex,
        {{ counted_persons() }}
    from persons
    group by source, origin, age_band, sex

),

judged as (

    select
        *,
        {{ is_hidden_group(['source', 'origin'], ['age_band', 'sex']) }} as is_hidden
    from counted

),

final as (

    select
        described.encounter_id,
        described.patient_id,
        described.source,
        described.origin,
        described.returning_patient_id,
        case when judged.is_hidden then 'other' else described.age_band end as age_band,
        case when judged.is_hidden then 'other' else described.sex end as sex
    from described
    inner join judged
        on
            described.source = judged.source
            and described.origin = judged.origin
            and described.age_band = judged.age_band
            and described.sex = judged.sex

)

select * from final
