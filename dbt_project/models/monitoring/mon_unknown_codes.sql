-- Codes of our vocabulary that the published terminologies do not have.
--
-- Misleads: HPO numbers are looked for among the signs of rare disorders, the only part of
-- HPO that is landed; a common sign may be missing there and right all the same.
with

diagnoses as (

    select * from {{ ref('diagnoses') }}

),

symptoms as (

    select * from {{ ref('symptoms') }}

),

icd10 as (

    select * from {{ ref('dim_icd10') }}

),

phenotypes as (

    select * from {{ ref('fct_rare_phenotypes') }}

),

-- A category that is divided has no row of its own in the catalogue.
unknown_diagnoses as (

    select distinct
        diagnoses.code as vocabulary_code,
        'ICD-10' as terminology,
        diagnoses.icd10 as terminology_code
    from diagnoses
    left join icd10
        on diagnoses.icd10 in (icd10.icd10_code, icd10.category_code)
    where diagnoses.icd10 is not null and icd10.icd10_code is null

),

unknown_symptoms as (

    select
        symptoms.code as vocabulary_code,
        'HPO' as terminology,
        symptoms.hpo_id as terminology_code
    from symptoms
    left join phenotypes on symptoms.hpo_id = phenotypes.hpo_id
    where symptoms.hpo_id is not null and phenotypes.hpo_id is null

),

final as (

    select * from unknown_diagnoses
    union all
    select * from unknown_symptoms

)

select * from final
