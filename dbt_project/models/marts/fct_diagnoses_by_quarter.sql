-- Meaning: consultations by municipality, quarter and ICD-10 code; how common a diagnosis is.
-- Source: datos.gov.co ncap-5idg.
-- Misleads: quarters are too coarse to say what goes round now; consultations are not people.
with

consultations as (

    select * from {{ ref('stg_datosgov_diagnoses__consultations') }}

),

final as (

    select
        municipality_code,
        year_of_care,
        quarter_of_care,
        icd10,
        origin,
        'datosgov_diagnoses' as source_name,
        sum(count_consultations) as count_consultations
    from consultations
    where icd10 is not null and year_of_care is not null
    group by municipality_code, year_of_care, quarter_of_care, icd10, origin

)

select * from final
