-- Meaning: what a notification from Foz do Iguaçu answers with Sim (present) or Não (absent);
--   an empty answer is unknown and has no row.
-- Source: seed `symptom_sources`, match `yes_no`; the form is SINAN's.
-- Misleads: a form filled in afterwards may write "no" for "not noted".
with

notifications as (

    select * from {{ ref('stg_foz_chikungunya__notifications') }}
    {{ only_changed() }}

),

meanings as (

    select * from {{ ref('symptom_sources') }}

),

answers as (

    {{ sinan_answers('notifications') }}

),

final as (

    {{ answered_signs('answers', 'foz_chikungunya') }}

)

select * from final
