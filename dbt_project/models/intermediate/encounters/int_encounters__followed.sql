-- Meaning: every encounter that is or was, and by which change it last became what it is. Of a row
--   that stays as it was, landing keeps the time, so a cell that changes shows in `loaded_at`.
-- Misleads: a change has a number, not a time, and numbers are not without gaps.
with

encounters as (

    select * from {{ ref('int_encounters__unioned') }}

),

evidences as (

    select * from {{ ref('stg_ddxplus__evidences') }}

),

-- The questions of DDXPlus come in a file of their own, and with another one every answer may mean
-- something else.
questions as (

    select
        'ddxplus' as source,
        {{ dbt.listagg(row_digest('evidences'), "''", "order by evidence_id") }} as content_hash
    from evidences

),

current_rows as (

    select
        encounters.encounter_id,
        -- All but the last three digits of its number: what comes together is counted together.
        substr(encounters.encounter_id, 1, length(encounters.encounter_id) - 3) as block,
        md5({{ row_digest('encounters') }} || coalesce(questions.content_hash, '')) as content_hash
    from encounters
    left join questions on encounters.source = questions.source

),

{% if is_incremental() %}

held as (

    select * from {{ this }}

),

final as (

    select
        coalesce(current_rows.encounter_id, held.encounter_id) as encounter_id,
        coalesce(current_rows.block, held.block) as block,
        current_rows.content_hash,
        cast({{ next_change() }} as bigint) as changed_in
    from current_rows
    full outer join held on current_rows.encounter_id = held.encounter_id
    where current_rows.content_hash is distinct from held.content_hash

)

{% else %}

final as (

    select
        encounter_id,
        block,
        content_hash,
        cast({{ next_change() }} as bigint) as changed_in
    from current_rows

)

{% endif %}

select * from final
