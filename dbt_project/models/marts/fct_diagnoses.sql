with

diagnoses as (

    select * from {{ ref('int_diagnoses__harmonised') }}

),

final as (

    select
        encounter_id,
        problem,
        diagnosis_code
    from diagnoses

)

select * from final
