with

symptoms as (

    select * from {{ ref('symptoms') }}

),

meanings as (

    select * from {{ ref('symptom_sources') }}

),

counted as (

    select
        code as symptom_code,
        count(distinct source) as count_sources
    from meanings
    group by code

),

final as (

    select
        symptoms.code as symptom_code,
        symptoms.kind,
        symptoms.label_en,
        symptoms.label_es,
        symptoms.hpo_id,
        symptoms.icd10_codes,
        symptoms.body_system,
        coalesce(counted.count_sources, 0) as count_sources
    from symptoms
    left join counted on symptoms.code = counted.symptom_code

)

select * from final
