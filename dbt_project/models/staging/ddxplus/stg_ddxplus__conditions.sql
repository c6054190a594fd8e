with

source as (

    select * from {{ source('raw', 'ddxplus_conditions') }}

),

final as (

    select
        {{ clean_text('key') }} as condition_name,
        {{ clean_text('cond_name_eng') }} as condition_name_en,
        upper({{ clean_text('icd10_id') }}) as icd10_code,
        cast({{ clean_number('severity') }} as integer) as severity_grade
    from source
    where {{ prefer_public('source') }}

)

select * from final
