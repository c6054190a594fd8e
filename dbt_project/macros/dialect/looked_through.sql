{#- Have the database count what is in a table just made. Without it PostgreSQL takes a guess,
    and joins the signs of 100,000 encounters to their groups by sorting both: 33 s for 14 s.

    How many encounters there are PostgreSQL cannot tell from a sample of rows that lie together: of
    60,000,000 signs it took 900,000 encounters for 12,000, and read all signs to find those of 9,000.
    So `meta.rows_of_an_encounter` tells it how many rows one has, roughly. -#}
{% macro looked_through(relation) -%}
    {{ return(adapter.dispatch('looked_through')(relation)) }}
{%- endmacro %}

{% macro default__looked_through(relation) -%}
{%- endmacro %}

{% macro postgres__looked_through(relation) -%}
    {%- set rows = model.config.meta.get('rows_of_an_encounter') -%}
    {%- if rows %}
    alter table {{ relation }} alter column encounter_id set (n_distinct = {{ -1 / rows }});
    {%- endif %}
    analyze {{ relation }}
{%- endmacro %}
