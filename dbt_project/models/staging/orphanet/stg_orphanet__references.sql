with

disorders as (

    select * from {{ ref('stg_orphanet__disorders') }}

),

members as (

    {{ orphanet_members('external_references', 'Reference') }}

),

final as (

    select distinct
        orpha_code,
        {{ json_text('object', 'Source') }} as terminology,
        {{ json_text('object', 'Reference') }} as reference_code,
        split_part({{ json_text('object', 'DisorderMappingRelation') }}, ' ', 1) as relation
    from members

)

select * from final
