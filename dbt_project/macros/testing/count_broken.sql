{#- The rules, name and condition of what breaks each, that rows of a relation break, and how many
    rows do: one scan, and a row counts for the first it breaks. `joined` is what the rules need besides
    the relation's own rows. -#}
{% macro count_broken(relation, rules, joined='') -%}
    {%- set names, conditions = [], [] -%}
    {%- for rule, is_broken in rules -%}
        {%- set name = dbt.string_literal(dbt.escape_single_quotes(rule)) -%}
        {%- do names.append('when ' ~ is_broken ~ ' then ' ~ name) -%}
        {%- do conditions.append('(' ~ is_broken ~ ')') -%}
    {%- endfor %}
select
    case {{ names | join(' ') or 'when false then null' }} end as rule,
    count(*) as count_rows
from {{ relation }} {{ joined }}
where ({{ conditions | join(' or ') or 'false' }}) {{ and_changed(relation) }}
group by 1
{%- endmacro %}
