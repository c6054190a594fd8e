{#- When a file of a raw table last landed, by the ledger of landing: a file that comes again with a
    few rows less leaves no row that is new. -#}
{% macro landed_at(relation) -%}
    select max(loads.finished_at)
    from raw._loads as loads
    where loads.table_name = '{{ relation.identifier }}' and loads.status <> 'failed'
{%- endmacro %}
