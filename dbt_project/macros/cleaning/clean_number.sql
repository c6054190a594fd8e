{#- The number a cell holds, written `36.6`, `36,6` or `36.`; anything else (`??`,
    `#REF!`, an empty cell) is unknown, so null. -#}
{% macro clean_number(column) -%}
    {{ safe_number("replace(trim(" ~ column ~ "), ',', '.')") }}
{%- endmacro %}
