with

patients as (

    select * from {{ ref('int_patients__deduplicated') }}
    {{ only_changed('patient_id') }}

),

final as (

    select
        patient_id,
        source,
        origin,
        age_years,
        is_female,
        count_encounters
    from patients

)

select * from final
