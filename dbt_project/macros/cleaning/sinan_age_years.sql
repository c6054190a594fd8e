{#- SINAN writes an age as a unit and three digits: 4021 is 21 years, 3009 nine months,
    2010 ten days, 1012 twelve hours (attribute NU_IDADE_N). Any other code is unknown,
    so null. -#}
{% macro sinan_age_years(code) -%}
    case floor({{ code }} / 1000)
        when 4 then {{ code }} - 4000
        when 3 then ({{ code }} - 3000) / 12.0
        when 2 then ({{ code }} - 2000) / 365.25
        when 1 then ({{ code }} - 1000) / 8766.0
    end
{%- endmacro %}
