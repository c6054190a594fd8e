-- Meaning: in how many encounters of a block each sign was present and absent. Whoever counts signs
--   adds up the blocks, of which only those in which an encounter changed were counted again.
-- Misleads: counts encounters, not persons.
with

followed as (

    select * from {{ ref('int_encounters__followed') }}
    {{ only_changed('block') }}

),

encounters as (

    select * from {{ ref('fct_encounters') }}

),

symptoms as (

    select * from {{ ref('fct_symptoms') }}

),

final as (

    select
        followed.block,
        encounters.source,
        encounters.origin,
        symptoms.symptom_code,
        symptoms.is_present,
        count(*) as count_encounters
    from followed
    inner join encounters on followed.encounter_id = encounters.encounter_id
    inner join symptoms on followed.encounter_id = symptoms.encounter_id
    group by 1, 2, 3, 4, 5

)

select * from final
