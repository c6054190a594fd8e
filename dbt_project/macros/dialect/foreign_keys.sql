{#- The foreign keys of a contract, made when the rows are there: PostgreSQL then checks all at once
    instead of one by one, and keeps other tables with such a key from being written only for as
    long. A table that stays while the one it points to is made anew loses the key, and gets it back,
    which checks every row. Runs in the transaction of the rows: without the key there are none. -#}
{% macro foreign_keys() -%}
    {{ return(adapter.dispatch('foreign_keys')()) }}
{%- endmacro %}

{% macro default__foreign_keys() -%}
{%- endmacro %}

{% macro postgres__foreign_keys() -%}
    {%- for constraint in model.constraints if constraint.type == 'foreign_key' -%}
        {%- set held -%}
            select count(*) from pg_constraint
            where
                contype = 'f'
                and conrelid = to_regclass('{{ this }}')
                and confrelid = to_regclass('{{ constraint.to }}')
        {%- endset -%}
        {%- if run_query(held).columns[0].values()[0] == 0 %}
        alter table {{ this }}
        add foreign key ({{ constraint.columns | join(', ') }})
        references {{ constraint.to }} ({{ constraint.to_columns | join(', ') }})
        deferrable initially immediate;
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}

{#- What dbt writes between the brackets of `create table`, but for the foreign keys. -#}
{% macro postgres__get_table_columns_and_constraints() -%}
    {%- set others = model['constraints'] | rejectattr('type', 'equalto', 'foreign_key') | list -%}
    {%- set lines = adapter.render_raw_columns_constraints(raw_columns=model['columns'])
        + adapter.render_raw_model_constraints(raw_constraints=others) -%}
    ({{ lines | join(', ') }})
{%- endmacro %}
