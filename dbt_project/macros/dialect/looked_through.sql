{#- Have the database count what is in a table just made. Without it PostgreSQL takes a guess,
    and joins the signs of 100,000 encounters to their groups by sorting both: 33 s for 14 s. -#}
{% macro looked_through(relation) -%}
    {{ return(adapter.dispatch('looked_through')(relation)) }}
{%- endmacro %}

{% macro default__looked_through(relation) -%}
{%- endmacro %}

{% macro postgres__looked_through(relation) -%}
    analyze {{ relation }}
{%- endmacro %}
