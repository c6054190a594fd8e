with

ktas as (

    select * from {{ ref('int_symptoms__ktas_mentioned') }}

),

yale_triage as (

    select * from {{ ref('int_symptoms__yale_triage_flagged') }}

),

sinan_arbovirus as (

    select * from {{ ref('int_symptoms__sinan_arbovirus_answered') }}

),

ddxplus as (

    select * from {{ ref('int_symptoms__ddxplus_answered') }}

),

foz_chikungunya as (

    select * from {{ ref('int_symptoms__foz_chikungunya_answered') }}

),

consultations as (

    select * from {{ ref('int_symptoms__consultations_told') }}

),

final as (

    {% for source_name in [
        'ktas', 'yale_triage', 'sinan_arbovirus', 'ddxplus', 'foz_chikungunya', 'consultations',
    ] %}
    select
        encounter_id,
        symptom_code,
        is_present
    from {{ source_name }}
    {{ "union all" if not loop.last }}
    {% endfor %}

)

select * from final
