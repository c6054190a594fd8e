{#- A number where the text is one, null where it is not; never an error. At most 15
    digits and an exponent of two, so that no cell can overflow. -#}
{% macro safe_number(text) -%}
    {{ return(adapter.dispatch('safe_number')(text)) }}
{%- endmacro %}

{% macro default__safe_number(text) -%}
    try_cast({{ text }} as double precision)
{%- endmacro %}

{% macro postgres__safe_number(text) -%}
    case
        when {{ matches(text, '^[+-]?([0-9]{1,15}[.]?[0-9]{0,15}|[.][0-9]{1,15})([eE][+-]?[0-9]{1,2})?$') }}
            then cast({{ text }} as double precision)
    end
{%- endmacro %}
