{#- A cell's text with every run of blanks as one; an empty one is unknown, so null. -#}
{% macro one_line(column) -%}
    nullif(trim(regexp_replace({{ column }}, '\s+', ' ', 'g')), '')
{%- endmacro %}
