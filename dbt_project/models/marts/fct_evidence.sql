with

encounters as (

    select * from {{ ref('fct_encounters') }}
    {{ only_changed() }}

),

symptoms as (

    select * from {{ ref('fct_symptoms') }}
    {{ only_changed() }}

),

observations as (

    select * from {{ ref('fct_observations') }}
    {{ only_changed() }}

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
