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
        lateral {{ json_members('disorders.prevalences', 'PrevalenceType') }}
            as member (object)

),

-- The publisher's "no data" and "Unknown" are both unknown.
final as (

    select
        orpha_code,
        nullif({{ json_text('object', 'PrevalenceType') }}, 'no data') as measure,
        nullif({{ json_text('object', 'PrevalenceGeographic') }}, 'no data') as place,
        case
            when
                {{ json_text('object', 'PrevalenceClass') }}
                not in ('no data', 'Unknown', 'Not yet documented')
                then {{ json_text('object', 'PrevalenceClass') }}
        end as prevalence_class
    from members

)

select * from final
