{#- Have the database hold that these columns are never null: whoever asks for rows in which they are
    then reads no row. One scan when the table is made, in the place of that of its test. -#}
{% macro never_null(relation, columns) -%}
    {{ return(adapter.dispatch('never_null')(relation, columns)) }}
{%- endmacro %}

{% macro default__never_null(relation, columns) -%}
{%- endmacro %}

{% macro postgres__never_null(relation, columns) -%}
    alter table {{ relation }}
    {%- for column in columns %}
    alter column {{ column }} set not null {{- "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}
