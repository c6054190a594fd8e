{#- The DIVIPOLA code of a municipality (DANE): two digits of department, three of
    municipality. Registries write it whole, whole but without the first zero, or in its
    two parts; anything else is unknown, so null. -#}
{% macro divipola_code(department, municipality) -%}
    case
        when {{ matches(municipality, '^[0-9]{4,5}$') }}
            then lpad({{ municipality }}, 5, '0')
        when {{ matches(municipality, '^[0-9]{1,3}$') }} and {{ matches(department, '^[0-9]{1,2}$') }}
            then lpad({{ department }}, 2, '0') || lpad({{ municipality }}, 3, '0')
    end
{%- endmacro %}
