-- Meaning: what a SINAN notification answers with yes (present) or no (absent);
--   "ignored" is unknown and has no row. Two questions of one sign: present if either
--   says so.
-- Source: seed `symptom_sources`, match `yes_no`; SINAN data dictionary.
-- Misleads: a form filled in afterwards may write "no" for "not noted".
with

notifications as (

    select * from {{ ref('stg_sinan_arbovirus__notifications') }}
    {{ only_changed() }}

),

meanings as (

    select * from {{ ref('symptom_sources') }}

),

answers as (

    {{ sinan_answers('notifications') }}

),

final as (

    {{ answered_signs('answers', 'sinan_arbovirus') }}

)

select * from final
