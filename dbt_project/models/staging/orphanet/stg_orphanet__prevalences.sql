with

disorders as (

    select * from {{ ref('stg_orphanet__disorders') }}

),

members as (

    {{ orphanet_members('prevalences', 'PrevalenceType') }}

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
