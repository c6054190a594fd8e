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

foz_chikungunya as (

    select * from {{ ref('stg_foz_chikungunya__notifications') }}
    {{ only_changed() }}

),

ddxplus_scales as (

    select * from {{ ref('int_observations__ddxplus_scales') }}
    {{ only_changed() }}

),

consultations_told as (

    select * from {{ ref('int_observations__consultations_told') }}
    {{ only_changed() }}

),

ktas_observations as (

    {{ unpivot_numbers('ktas', [
        'arrived_by_ambulance', 'is_injury', 'consciousness_avpu', 'pain_score',
        'systolic_bp_mmhg', 'diastolic_bp_mmhg', 'heart_rate_per_min',
        'respiratory_rate_per_min', 'temperature_c', 'oxygen_saturation_pct',
    ]) }}

),

yale_triage_observations as (

    {{ unpivot_numbers('yale_triage', [
        'arrived_by_ambulance', 'systolic_bp_mmhg', 'diastolic_bp_mmhg',
        'heart_rate_per_min', 'respiratory_rate_per_min', 'temperature_c',
        'oxygen_saturation_pct', 'on_supplemental_oxygen', 'previous_ed_visits',
        'previous_admissions', 'previous_surgeries',
    ]) }}

),

sinan_arbovirus_observations as (

    {{ unpivot_numbers('sinan_arbovirus', ['days_since_onset']) }}

),

foz_chikungunya_observations as (

    {{ unpivot_numbers('foz_chikungunya', ['days_since_onset']) }}

),

final as (

    {% for observations in [
        'ktas_observations', 'yale_triage_observations', 'sinan_arbovirus_observations',
        'foz_chikungunya_observations', 'ddxplus_scales', 'consultations_told',
    ] %}
    select
        encounter_id,
        observation_code,
        value
    from {{ observations }}
    {{ "union all" if not loop.last }}
    {% endfor %}

)

select * from final
