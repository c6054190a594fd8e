-- Meaning: what a notification from Foz do Iguaçu answers with Sim (present) or Não (absent);
--   an empty answer is unknown and has no row.
-- Source: seed `symptom_sources`, match `yes_no`; the form is SINAN's.
-- Misleads: a form filled in afterwards may write "no" for "not noted".
with

signs as (

    select * from {{ ref('stg_foz_chikungunya__signs') }}
    {{ only_changed() }}

),

meanings as (

    select * from {{ ref('symptom_sources') }}

),

final as (

    {{ answered_signs('signs', 'foz_chikungunya') }}

)

select * from final
