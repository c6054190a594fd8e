with

codes as (

    select * from {{ ref('stg_cie10__codes') }}

),

final as (

    select
        icd10_code,
        label_es,
        category_code,
        category_es,
        chapter_number,
        chapter_es
    from codes

)

select * from final
