with

ktas as (

    select * from {{ ref('stg_ktas__visits') }}
    {{ only_changed() }}

),

yale_triage as (

    select * from {{ ref('stg_yale_triage__visits') }}
    {{ only_changed() }}

),

sinan_arbovirus as (

    select * from {{ ref('stg_sinan_arbovirus__notifications') }}
    {{ only_changed() }}

),

ddxplus as (

    select * from {{ ref('stg_ddxplus__patients') }}
    {{ only_changed() }}

),

foz_chikungunya as (

    select * from {{ ref('stg_foz_chikungunya__notifications') }}
    {{ only_changed() }}

),

meanings as (

    select * from {{ ref('diagnosis_sources') }}

),

outcomes as (

    select * from {{ ref('stg_serving__outcomes') }}
    {{ only_changed() }}

),

codes as (

    select * from {{ ref('diagnoses') }}

),

labels as (

    {% for source_name, problem, column in [
        ('ktas', 'severity', 'triage_level'),
        ('yale_triage', 'severity', 'triage_level'),
        ('yale_triage', 'admission', 'disposition'),
        ('sinan_arbovirus', 'arbovirus', 'final_classification'),
        ('ddxplus', 'differential', 'pathology'),
        ('foz_chikungunya', 'arbovirus', 'final_classification'),
    ] %}
    select
        encounter_id,
        '{{ source_name }}' as source,
        '{{ problem }}' as problem,
        {{ column }} as label
    from {{ source_name }}
    {{ "union all" if not loop.last }}
    {% endfor %}

),

final as (

    select
        labels.encounter_id,
        labels.problem,
        meanings.code as diagnosis_code
    from labels
    inner join meanings
        on
            labels.source = meanings.source
            and labels.problem = meanings.problem
            and lower(labels.label) = lower(meanings.source_value)
    union all
    -- A doctor names what proved right by its code; one that the vocabulary has lost is no label.
    select
        outcomes.encounter_id,
        outcomes.problem,
        codes.code as diagnosis_code
    from outcomes
    inner join codes
        on outcomes.problem = codes.problem and outcomes.diagnosis_code = codes.code

)

select * from final
