with

disorders as (

    select * from {{ ref('stg_orphanet__disorders') }}

),

members as (

    select
        disorders.orpha_code,
        member.object
    from disorders
    cross join lateral {{ json_members('disorders.ages_of_onset', 'value') }} as member (object)

),

final as (

    select distinct
        orpha_code,
        {{ json_text('object', 'value') }} as age_of_onset
    from members
    where {{ json_text('object', 'value') }} <> 'No data available'

)

select * from final
