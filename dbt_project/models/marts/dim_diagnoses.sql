with

diagnoses as (

    select * from {{ ref('diagnoses') }}

),

final as (

    select
        code as diagnosis_code,
        problem,
        icd10 as icd10_code,
        label_en,
        label_es,
        severity as severity_grade,
        sort_order
    from diagnoses

)

select * from final
