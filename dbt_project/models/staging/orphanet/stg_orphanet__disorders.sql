with

source as (

    select * from {{ source('raw', 'orphanet_disorders') }}

),

told as (

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

),

-- A packet says all of a disorder; of the XML products each says one thing.
final as (

    select
        origin,
        orpha_code,
        max(label_en) as label_en,
        max(disorder_type) as disorder_type,
        max(synonyms) as synonyms,
        max(external_references) as external_references,
        max(ages_of_onset) as ages_of_onset,
        max(phenotypes) as phenotypes,
        max(prevalences) as prevalences
    from told
    group by origin, orpha_code

)

select * from final
