{#- The fields of a JSON object in a text column, one row each: column_name, value (both
    text), for use after `cross join lateral`. -#}
{% macro json_fields(record, alias) -%}
    {{ return(adapter.dispatch('json_fields')(record, alias)) }}
{%- endmacro %}

{% macro default__json_fields(record, alias) -%}
    explode(from_json({{ record }}, 'map<string, string>')) as {{ alias }} (column_name, value)
{%- endmacro %}

{% macro postgres__json_fields(record, alias) -%}
    jsonb_each_text(cast({{ record }} as jsonb)) as {{ alias }} (column_name, value)
{%- endmacro %}
