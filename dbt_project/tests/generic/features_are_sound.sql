{#- All that is asked of a table of features beyond its contract, in one test: a sign (a smallint
    column) is 1, 0 or unknown; a value in a column called like a code of the seed `observations` is
    within its limits; no expression of `never_false` is false; and where `sources` are given, the
    encounters are theirs, all of them and none besides.

    Fails with the rules that rows break and on how many; a row that breaks several counts for the
    first. Says nothing else of a row. -#}
{% test features_are_sound(model, sources=[], never_false=[]) %}

{%- set rules = broken_by_columns(model, ref('observations')) -%}
{%- for expression in never_false -%}
    {%- do rules.append((expression, 'not (' ~ expression ~ ')')) -%}
{%- endfor %}

{{ count_broken(model, rules) }}
{%- if sources %}
union all
select
    'has each encounter of its sources and no other' as rule,
    count(*) as count_rows
from (
    select encounter_id
    from {{ ref('fct_encounters') }}
    where source in ('{{ sources | join("', '") }}')
) as expected
full outer join {{ model }} as found on expected.encounter_id = found.encounter_id
where expected.encounter_id is null or found.encounter_id is null
having count(*) > 0
{%- endif %}

{% endtest %}
