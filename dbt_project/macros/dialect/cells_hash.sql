{#- A number that is the same for rows with the same values in these columns; others may share it. -#}
{% macro cells_hash(columns) -%}
    {{ return(adapter.dispatch('cells_hash')(columns)) }}
{%- endmacro %}

{% macro default__cells_hash(columns) -%}
    xxhash64({{ columns | join(', ') }})
{%- endmacro %}

{% macro postgres__cells_hash(columns) -%}
    hash_record_extended(row({{ columns | join(', ') }}), 0)
{%- endmacro %}
