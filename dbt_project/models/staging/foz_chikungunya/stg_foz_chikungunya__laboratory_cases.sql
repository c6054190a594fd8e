-- Meaning: cases confirmed by RT-PCR, as far as they are needed to describe the outbreak.
-- Misleads: their signs are not staged, because they were made from the doctor's words: 0 means
--   not mentioned, not absent. The same people may be among the notifications, so these cases are
--   no encounters of their own.
with

source as (

    select * from {{ source('raw', 'foz_chikungunya_laboratory_cases') }}

),

kept as (

    select *
    from source
    where {{ prefer_public('source') }}

),

final as (

    select
        {{ encounter_key('foz_chikungunya_laboratory') }} as case_id,
        _origin as origin,
        {{ clean_age_years(clean_number('idade')) }} as age_years,
        {{ is_female_word('sexo') }} as is_female,
        upper({{ clean_text('desfecho') }}) = 'OBITO' as died,
        upper({{ clean_text('desfecho') }}) = 'INTERNAMENTO HOSPITALAR' as was_hospitalised,
        _loaded_at as loaded_at
    from kept

)

select * from final
