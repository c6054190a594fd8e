{#- The fields of a JSON object in a text column, one row each of two text columns, for use
    after `cross join lateral` and before `as field (column_name, value)`. -#}
{% macro json_fields(record) -%}
    {{ return(adapter.dispatch('json_fields')(record)) }}
{%- endmacro %}

{% macro default__json_fields(record) -%}
    explode(from_json({{ record }}, 'map<string, string>'))
{%- endmacro %}

{% macro postgres__json_fields(record) -%}
    jsonb_each_text(cast({{ record }} as jsonb))
{%- endmacro %}
