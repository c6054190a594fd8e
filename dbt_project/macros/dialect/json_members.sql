{#- Every object within a JSON column that has the field `key`, however it is wrapped, one
    row each, for use after `cross join lateral` and before `as member (object)`. -#}
{% macro json_members(column, key) -%}
    {{ return(adapter.dispatch('json_members')(column, key)) }}
{%- endmacro %}

{% macro default__json_members(column, key) -%}
    explode(regexp_extract_all({{ column }}, '(\\{[^{}]*"{{ key }}"[^{}]*\\})', 1))
{%- endmacro %}

{% macro postgres__json_members(column, key) -%}
    jsonb_path_query(
        cast({{ column }} as jsonb), 'strict $.** ? (exists (@."{{ key }}"))'
    )
{%- endmacro %}
