with

source as (

    select * from {{ source('raw', 'orphanet_disorders') }}

),

final as (

    select
        source.synonyms,
        source.externalreferences as external_references,
        source.averageageofonsets as ages_of_onset,
        source.phenotypes,
        source.prevalences,
        source._origin as origin,
        cast({{ clean_text('source.orphacode') }} as integer) as orpha_code,
        {{ clean_text('source.label') }} as label_en,
        {{ json_text('source.disordertype', 'value') }} as disorder_type
    from source
    where {{ prefer_public('source') }}

)

select * from final
