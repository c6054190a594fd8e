with

symptoms as (

    select * from {{ ref('int_symptoms__harmonised') }}
    {{ only_changed() }}

),

final as (

    select
        encounter_id,
        symptom_code,
        is_present
    from symptoms

)

select * from final
