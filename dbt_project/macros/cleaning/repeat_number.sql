{#- 1 for the first row of the file with these values, 2 and more for its repeats. -#}
{% macro repeat_number(columns) -%}
    row_number() over (
        partition by _origin, {{ columns | join(', ') }}
        order by _row_number
    )
{%- endmacro %}
