{#- Many rows (code, value) to one map, and a code's value out of it (null if it has
    none). A map beats `max(case when …)` three times where views have 300 columns. -#}
{% macro code_map(code, value) -%}
    {{ return(adapter.dispatch('code_map')(code, value)) }}
{%- endmacro %}

{% macro default__code_map(code, value) -%}
    map_from_entries(collect_list(struct({{ code }}, {{ value }})))
{%- endmacro %}

{% macro postgres__code_map(code, value) -%}
    jsonb_object_agg({{ code }}, {{ value }})
{%- endmacro %}

{% macro map_value(map, code) -%}
    {{ return(adapter.dispatch('map_value')(map, code)) }}
{%- endmacro %}

{% macro default__map_value(map, code) -%}
    {{ map }}['{{ code }}']
{%- endmacro %}

{% macro postgres__map_value(map, code) -%}
    {{ map }} ->> '{{ code }}'
{%- endmacro %}
