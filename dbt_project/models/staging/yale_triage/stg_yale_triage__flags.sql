{% set flags = vocabulary_columns(
    source('raw', 'yale_triage_visits'), ref('symptom_sources'), 'yale_triage'
) %}

with

source as (

    select * from {{ source('raw', 'yale_triage_visits') }}

),

visits as (

    select * from {{ ref('stg_yale_triage__visits') }}
    {{ only_changed() }}

),

keyed as (

    select
        *,
        {{ encounter_key('yale_triage') }} as encounter_id
    from source

),

final as (

    select
        visits.encounter_id,
        flags.source_column
    from keyed
    inner join visits on keyed.encounter_id = visits.encounter_id
    cross join lateral {{ raised_flags(flags) }} as flags (source_column)

)

select * from final
