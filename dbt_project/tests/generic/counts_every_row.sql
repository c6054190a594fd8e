{#- Fails if what the model counted by block, `count_encounters` added up, is not as much as `of`
    has rows: a row of an encounter that is unknown, or gone, is not counted. Adding up costs a tenth
    of looking for the encounter of each row.

    Where few encounters changed, their blocks are asked: every encounter of those, and whoever
    changed, known or not. The rows of no other can come or go, and the build before asked them. -#}
{% test counts_every_row(model, of) %}

with counted as (

    select coalesce(sum(count_encounters), 0) as count_rows
    from {{ model }}
    where true {{ and_changed(model) }}

),

held as (

    select count(*) as count_rows
    from {{ of }}
    where true /* of what changed: and encounter_id in (
        select changed.encounter_id from changed
        union
        select encounters.encounter_id from {{ ref('fct_encounters') }} as encounters
        where {{ block_of('encounters.encounter_id') }} in (select changed.block from changed)
    ) */

)

select
    counted.count_rows as counted_rows,
    held.count_rows as held_rows
from counted
inner join held on counted.count_rows <> held.count_rows

{% endtest %}
