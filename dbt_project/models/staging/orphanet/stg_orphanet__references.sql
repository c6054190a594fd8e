with

disorders as (

    select * from {{ ref('stg_orphanet__disorders') }}

),

members as (

    select
        disorders.orpha_code,
        member.object
    from disorders
    cross join
        lateral {{ json_members('disorders.external_references', 'Reference') }}
            as member (object)

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
