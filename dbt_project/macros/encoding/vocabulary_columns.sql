{#- The columns of a raw table that the vocabulary (the seed `symptom_sources`) gives a
    meaning, in the table's order. Asked of the database when the model is built. -#}
{% macro vocabulary_columns(relation, symptom_sources, source_name) -%}
    {%- if not execute -%}{{ return([]) }}{%- endif -%}
    {%- set query -%}
        select distinct source_column from {{ symptom_sources }} where source = '{{ source_name }}'
    {%- endset -%}
    {%- set known = run_query(query).columns[0].values() -%}
    {%- set present = adapter.get_columns_in_relation(relation) | map(attribute='name') -%}
    {{ return(present | select('in', known) | list) }}
{%- endmacro %}
