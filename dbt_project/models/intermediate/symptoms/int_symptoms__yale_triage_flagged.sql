-- Meaning: complaints and history flagged at a Yale visit. A flag that is not raised
--   is no answer (not the complaint, not in the record), so unknown, never absent.
-- Source: seed `symptom_sources`, match `flag`; Hong et al. 2018, PLOS ONE
--   13(7):e0201016.
-- Misleads: history comes from billing codes of earlier visits, so people seen more
--   often have more of it.
with

flags as (

    select * from {{ ref('stg_yale_triage__flags') }}
    {{ only_changed() }}

),

meanings as (

    select * from {{ ref('symptom_sources') }}

),

final as (

    select distinct
        flags.encounter_id,
        meanings.code as symptom_code,
        true as is_present
    from flags
    inner join meanings
        on
            flags.source_column = meanings.source_column
            and meanings.source = 'yale_triage'
            and meanings.match = 'flag'

)

select * from final
