-- Meaning: what a SINAN notification answers with yes (present) or no (absent);
--   "ignored" is unknown and has no row. Two questions of one sign: present if either
--   says so.
-- Source: seed `symptom_sources`, match `yes_no`; SINAN data dictionary.
-- Misleads: a form filled in afterwards may write "no" for "not noted".
with

signs as (

    select * from {{ ref('stg_sinan_arbovirus__signs') }}

),

meanings as (

    select * from {{ ref('symptom_sources') }}

),

final as (

    select
        signs.encounter_id,
        meanings.code as symptom_code,
        {{ dbt.bool_or('signs.is_present') }} as is_present
    from signs
    inner join meanings
        on
            signs.source_column = meanings.source_column
            and meanings.source = 'sinan_arbovirus'
            and meanings.match = 'yes_no'
    group by signs.encounter_id, meanings.code

)

select * from final
