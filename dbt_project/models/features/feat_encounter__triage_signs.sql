with

evidence as (

    select * from {{ ref('fct_evidence') }}
    {{ only_changed() }}

),

opened as (

    {{ opened_evidence(['ktas', 'yale_triage', 'consultations']) }}

),

final as (

    select
        encounter_id,
        event_timestamp,
        created_at,
        {{ encode_contract('known') }}
    from opened

)

select * from final
