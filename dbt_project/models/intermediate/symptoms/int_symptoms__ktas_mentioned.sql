-- Meaning: signs named in the chief complaint of a KTAS visit, found by the
--   vocabulary's patterns. What the complaint does not name is unknown, never absent.
-- Source: seed `symptom_sources`, match `pattern`, on the lower-cased text.
-- Misleads: a complaint is a few words. "no fever" would be read as fever; none of
--   the published complaints denies a sign.
with

visits as (

    select * from {{ ref('stg_ktas__visits') }}
    {{ only_changed() }}

),

patterns as (

    select * from {{ ref('symptom_sources') }}

),

complaints as (

    select distinct chief_complaint
    from visits
    where chief_complaint is not null

),

mentioned as (

    select distinct
        complaints.chief_complaint,
        patterns.code as symptom_code
    from complaints
    inner join patterns
        on
            patterns.source = 'ktas'
            and patterns.match = 'pattern'
            and {{ matches_column(
                'complaints.chief_complaint', 'patterns.source_value'
            ) }}

),

final as (

    select
        visits.encounter_id,
        mentioned.symptom_code,
        true as is_present
    from visits
    inner join mentioned on visits.chief_complaint = mentioned.chief_complaint

)

select * from final
