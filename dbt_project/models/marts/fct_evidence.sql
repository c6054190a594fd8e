with

encounters as (

    select * from {{ ref('fct_encounters') }}

),

symptoms as (

    select * from {{ ref('fct_symptoms') }}

),

observations as (

    select * from {{ ref('fct_observations') }}

),

pieces as (

    select
        encounter_id,
        symptom_code as code,
        cast(cast(is_present as integer) as double precision) as value
    from symptoms
    union all
    select
        encounter_id,
        observation_code as code,
        value
    from observations

),

maps as (

    select
        encounter_id,
        {{ code_map('code', 'value') }} as known
    from pieces
    group by encounter_id

),

final as (

    select
        encounters.encounter_id,
        encounters.source,
        encounters.known_at as event_timestamp,
        encounters.loaded_at as created_at,
        maps.known
    from encounters
    left join maps on encounters.encounter_id = maps.encounter_id

)

select * from final
