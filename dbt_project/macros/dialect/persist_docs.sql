{#- The descriptions of a table and its columns, in one statement. dbt's own first asks the database
    for the columns, twice, to leave out what it lacks; here that is an error. -#}
{% macro postgres__persist_docs(relation, model, for_relation, for_columns) -%}
    {%- set comments -%}
        {{ alter_relation_comment(relation, model.description) }}
        {%- for name, column in model.columns.items() %}
        comment on column {{ relation }}.{{ name }} is {{ postgres_escape_comment(column.description) }};
        {%- endfor -%}
    {%- endset -%}
    {%- do run_query(comments) -%}
{%- endmacro %}
