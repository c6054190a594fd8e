{#- The band of years an age falls in, wide enough to hide in; unknown stays null. -#}
{% macro age_band(age) -%}
    case
        when {{ age }} < 5 then '0-4'
        when {{ age }} < 18 then '5-17'
        when {{ age }} < 30 then '18-29'
        when {{ age }} < 45 then '30-44'
        when {{ age }} < 60 then '45-59'
        when {{ age }} < 75 then '60-74'
        when {{ age }} < 90 then '75-89'
        when {{ age }} >= 90 then '90+'
    end
{%- endmacro %}
