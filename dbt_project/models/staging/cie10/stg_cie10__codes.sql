with

source as (

    select * from {{ source('raw', 'cie10_codes') }}

),

final as (

    select
        source._origin as origin,
        {{ icd10_code('source.cod_4') }} as icd10_code,
        {{ icd10_code('source.cod_3') }} as category_code,
        cast({{ clean_number('source.capitulo') }} as integer) as chapter_number,
        {{ one_line('source.nombre_capitulo') }} as chapter_es,
        {{ one_line('source.descripcion_cod_3') }} as category_es,
        {{ one_line('source.descripcion_cod_4') }} as label_es
    from source
    where {{ prefer_public('source') }}

)

select * from final
