with

patients as (

    select * from {{ ref('stg_ddxplus__patients') }}
    {{ only_changed() }}

),

tokens as (

    select
        patients.encounter_id,
        trim(translate(listed.token, '[]''"', '')) as token
    from patients
    cross join lateral {{ split_to_rows('patients.evidences', ',') }} as listed (token)

),

final as (

    select distinct
        encounter_id,
        {{ dbt.split_part('token', "'_@_'", 1) }} as evidence_id,
        {{ dbt.split_part('token', "'_@_'", 2) }} as answer
    from tokens
    where token <> ''

)

select * from final
