{#- Have the database count how often values of these columns come together. Without it PostgreSQL
    takes two columns that go together for two that do not, expects one row of the vocabulary where
    there are twenty, and reads a million answers twenty times. -#}
{% macro told_together(relation, columns) -%}
    {{ return(adapter.dispatch('told_together')(relation, columns)) }}
{%- endmacro %}

{% macro default__told_together(relation, columns) -%}
{%- endmacro %}

{% macro postgres__told_together(relation, columns) -%}
    create statistics if not exists
    {{ relation.schema }}.{{ relation.identifier }}_{{ columns | join('_') }} (mcv)
    on {{ columns | join(', ') }} from {{ relation }};
    analyze {{ relation }}
{%- endmacro %}
