with

disorders as (

    select * from {{ ref('stg_orphanet__disorders') }}

),

members as (

    {{ orphanet_members('ages_of_onset', 'value') }}

),

final as (

    select distinct
        orpha_code,
        {{ json_text('object', 'value') }} as age_of_onset
    from members
    where {{ json_text('object', 'value') }} <> 'No data available'

)

select * from final
