{#- The parts of a text between separators, one row each, for use after `cross join
    lateral`. -#}
{% macro split_to_rows(text, separator) -%}
    {{ return(adapter.dispatch('split_to_rows')(text, separator)) }}
{%- endmacro %}

{% macro default__split_to_rows(text, separator) -%}
    explode(split({{ text }}, '{{ separator }}'))
{%- endmacro %}

{% macro postgres__split_to_rows(text, separator) -%}
    unnest(string_to_array({{ text }}, '{{ separator }}'))
{%- endmacro %}
