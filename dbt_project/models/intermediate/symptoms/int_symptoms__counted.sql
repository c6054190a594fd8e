-- Meaning: in how many encounters of a block each sign was present and absent. Whoever counts signs
--   adds up the blocks, of which only those in which an encounter changed were counted again.
-- Misleads: counts encounters, not persons.
with

encounters as (

    select * from {{ ref('fct_encounters') }}

),

symptoms as (

    select * from {{ ref('fct_symptoms') }}

),

-- All but the last three digits of its number: what comes together is counted together.
blocks as (

    select
        encounter_id,
        source,
        origin,
        {{ block_of('encounter_id') }} as block
    from encounters

),

remade as (

    select * from blocks
    {{ only_changed('block') }}

),

final as (

    select
        remade.block,
        remade.source,
        remade.origin,
        symptoms.symptom_code,
        symptoms.is_present,
        count(*) as count_encounters
    from remade
    inner join symptoms on remade.encounter_id = symptoms.encounter_id
    group by 1, 2, 3, 4, 5

)

select * from final
