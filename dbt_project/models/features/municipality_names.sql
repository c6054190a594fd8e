-- Meaning: what a municipality is called: the name that most of its notifications give beside its
--   code.
-- Source: the notifications themselves; a set that names no municipality is Bucaramanga's.
-- Misleads: a name is written as it was typed, mostly in capitals and without accents. One that
--   fewer than ten notifications give may be anything somebody typed, a person's too: it is left
--   out, and a municipality without another is known by its code alone.
with

cases as (

    select * from {{ ref('stg_sivigila_dengue__cases') }}

),

named as (

    select
        municipality_code,
        municipality_name,
        count(*) as count_told
    from cases
    where municipality_code is not null and municipality_name is not null
    group by municipality_code, municipality_name

),

ranked as (

    select
        *,
        row_number() over (
            partition by municipality_code order by count_told desc, municipality_name asc
        ) as place
    from named
    where count_told >= 10

),

final as (

    select
        municipality_code as municipality_id,
        municipality_name
    from ranked
    where place = 1

)

select * from final
