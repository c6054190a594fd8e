with

diagnoses as (

    select * from {{ ref('int_diagnoses__harmonised') }}
    {{ only_changed() }}

),

final as (

    select
        encounter_id,
        problem,
        diagnosis_code
    from diagnoses

)

select * from final
