with

evidence as (

    select * from {{ ref('fct_evidence') }}

),

final as (

    select
        encounter_id,
        event_timestamp,
        created_at,
        {{ encode_contract('known') }}
    from evidence
    where source in ('sinan_arbovirus', 'foz_chikungunya')

)

select * from final
