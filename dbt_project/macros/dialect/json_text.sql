{#- A field of a JSON object as text; null where the object has no such field. -#}
{% macro json_text(object, key) -%}
    {{ return(adapter.dispatch('json_text')(object, key)) }}
{%- endmacro %}

{% macro default__json_text(object, key) -%}
    get_json_object({{ object }}, '$.{{ key }}')
{%- endmacro %}

{% macro postgres__json_text(object, key) -%}
    cast({{ object }} as jsonb) ->> '{{ key }}'
{%- endmacro %}
