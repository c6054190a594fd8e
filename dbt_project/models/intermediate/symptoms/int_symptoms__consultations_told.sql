-- Meaning: the signs that a doctor told the service of, present or absent.
-- Source: the request as it was asked; its codes are the vocabulary's own.
-- Misleads: a doctor tells what seems to matter, so that a sign that is not told is not absent. A
--   code that the vocabulary has lost since has no row.
with

consultations as (

    select * from {{ ref('int_encounters__consulted') }}
    {{ only_changed() }}

),

vocabulary as (

    select * from {{ ref('symptoms') }}

),

told as (

    select
        consultations.encounter_id,
        {{ json_text('member.object', 'code') }} as symptom_code,
        {{ json_text('member.object', 'state') }} as state
    from consultations
    cross join lateral {{ json_members('consultations.request', 'state') }} as member (object)

),

final as (

    select
        told.encounter_id,
        told.symptom_code,
        told.state = 'present' as is_present
    from told
    inner join vocabulary on told.symptom_code = vocabulary.code
    where told.state in ('present', 'absent')

)

select * from final
