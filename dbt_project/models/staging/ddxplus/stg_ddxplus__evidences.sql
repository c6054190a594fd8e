with

source as (

    select * from {{ source('raw', 'ddxplus_evidences') }}

),

final as (

    select
        {{ clean_text('key') }} as evidence_id,
        {{ clean_text('code_question') }} as parent_evidence_id,
        {{ clean_text('question_en') }} as question_en,
        lower(trim(is_antecedent)) = 'true' as is_antecedent,
        upper(trim(data_type)) as data_type,
        {{ clean_text('default_value') }} as default_value
    from source
    where {{ prefer_public('source') }}

)

select * from final
