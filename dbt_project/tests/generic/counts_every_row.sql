{#- Fails if what the model counted, `count_encounters` added up, is not as much as `of` has rows: a
    row of an encounter that is unknown, or gone, is not counted. Adding up costs a tenth of looking
    for the encounter of each row. -#}
{% test counts_every_row(model, of) %}

with counted as (

    select coalesce(sum(count_encounters), 0) as count_rows
    from {{ model }}

),

held as (

    select count(*) as count_rows
    from {{ of }}

)

select
    counted.count_rows as counted_rows,
    held.count_rows as held_rows
from counted
inner join held on counted.count_rows <> held.count_rows

{% endtest %}
