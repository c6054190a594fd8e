-- Meaning: what a SINAN notification answers with yes (present) or no (absent);
--   "ignored" is unknown and has no row. Two questions of one sign: present if either
--   says so.
-- Source: seed `symptom_sources`, match `yes_no`; SINAN data dictionary.
-- Misleads: a form filled in afterwards may write "no" for "not noted".
with

signs as (

    select * from {{ ref('stg_sinan_arbovirus__signs') }}
    {{ only_changed() }}

),

meanings as (

    select * from {{ ref('symptom_sources') }}

),

final as (

    {{ answered_signs('signs', 'sinan_arbovirus') }}

)

select * from final
