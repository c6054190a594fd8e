{#- Degrees Fahrenheit to degrees Celsius, to a hundredth. -#}
{% macro fahrenheit_to_celsius(degrees) -%}
    cast(round(cast(({{ degrees }} - 32) / 1.8 as numeric), 2) as double precision)
{%- endmacro %}
