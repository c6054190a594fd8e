with

disorders as (

    select * from {{ ref('stg_orphanet__disorders') }}

),

members as (

    {{ orphanet_members('phenotypes', 'HPOId') }}

),

-- A sign said twice of one disorder with one frequency is one statement.
final as (

    select distinct
        orpha_code,
        {{ json_text('object', 'HPOId') }} as hpo_id,
        {{ json_text('object', 'HPOTerm') }} as hpo_term,
        {{ json_text('object', 'HPOFrequency') }} as frequency_class
    from members

)

select * from final
