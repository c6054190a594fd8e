with

labels as (

    select * from {{ ref('fct_labels') }}
    {{ only_changed() }}

),

learnt as (

    select * from {{ ref('fct_labels') }}

),

final as (

    select
        encounter_id,
        patient_id,
        event_timestamp,
        label,
        source,
        origin
    from labels
    where
        problem = 'severity'
        and {{ prefer_training('learnt', 'severity') }}

)

select * from final
