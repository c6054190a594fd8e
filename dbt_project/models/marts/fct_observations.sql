with

observations as (

    select * from {{ ref('int_observations__within_limits') }}

),

final as (

    select
        encounter_id,
        observation_code,
        value,
        unit
    from observations

)

select * from final
