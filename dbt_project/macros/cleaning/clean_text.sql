{#- The text without spaces around it; an empty cell is unknown, so null. -#}
{% macro clean_text(column) -%}
    nullif(trim({{ column }}), '')
{%- endmacro %}
