-- Meaning: what a doctor measured and told the service, in the vocabulary's units.
-- Source: the request as it was asked, whose ranges the service has checked.
-- Misleads: a code that the vocabulary has lost since has no row.
with

consultations as (

    select * from {{ ref('int_encounters__consulted') }}
    {{ only_changed() }}

),

vocabulary as (

    select * from {{ ref('observations') }}

),

told as (

    select
        consultations.encounter_id,
        field.column_name as observation_code,
        {{ safe_number('field.value') }} as value
    from consultations
    cross join lateral {{ json_fields(json_text('consultations.request', 'observations')) }}
        as field (column_name, value)

),

final as (

    select
        told.encounter_id,
        told.observation_code,
        told.value
    from told
    inner join vocabulary on told.observation_code = vocabulary.code
    where told.value is not null

)

select * from final
