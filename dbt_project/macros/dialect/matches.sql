{#- Whether a text matches a regular expression; `pattern` is a literal of ours. -#}
{% macro matches(text, pattern) -%}
    {{ matches_column(text, "'" ~ pattern ~ "'") }}
{%- endmacro %}

{#- The same with the regular expression in a column; `\m` is the start of a word. -#}
{% macro matches_column(text, pattern) -%}
    {{ return(adapter.dispatch('matches_column')(text, pattern)) }}
{%- endmacro %}

{% macro default__matches_column(text, pattern) -%}
    {{ text }} rlike replace({{ pattern }}, '\\m', '\\b')
{%- endmacro %}

{% macro postgres__matches_column(text, pattern) -%}
    {{ text }} ~ {{ pattern }}
{%- endmacro %}
