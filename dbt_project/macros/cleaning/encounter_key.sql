{#- The key of an encounter whose publisher gives none: source, origin, row of the file.
    -#}
{% macro encounter_key(source_name) -%}
    '{{ source_name }}-' || _origin || '-' || cast(_row_number as {{ dbt.type_string() }})
{%- endmacro %}
