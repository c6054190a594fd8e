with

encounters as (

    select * from {{ ref('int_encounters__unioned') }}
    {{ only_changed() }}

),

final as (

    select
        encounter_id,
        patient_id,
        source,
        origin,
        age_years,
        is_female,
        known_at,
        loaded_at
    from encounters

)

select * from final
