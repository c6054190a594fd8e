{#- The quarter of a year, 1 to 4, written as a digit, in Roman, or in words such as
    `Trimestre 2` or `2019-II`; anything else is unknown, so null. -#}
{% macro quarter_number(column) -%}
    case
        when upper({{ column }}) in ('1', '2', '3', '4') then cast({{ column }} as integer)
        {%- for roman in ['IV', 'III', 'II', 'I'] %}
        when {{ matches("upper(" ~ column ~ ")", '(^|[^A-Z])' ~ roman ~ '$') }}
            then {{ 4 - loop.index0 }}
        {%- endfor %}
        when {{ matches("upper(" ~ column ~ ")", 'TRIM.*[1-4]$') }}
            then cast(right({{ column }}, 1) as integer)
    end
{%- endmacro %}
