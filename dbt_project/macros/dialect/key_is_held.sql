{#- Whether the database itself keeps these columns together unique, by an index of theirs:
    then nobody need count. `relation` may also be a subquery, whose rows no index keeps. -#}
{% macro key_is_held(relation, columns) -%}
    {{ return(adapter.dispatch('key_is_held')(relation, columns)) }}
{%- endmacro %}

{% macro default__key_is_held(relation, columns) -%}
    {{ return(false) }}
{%- endmacro %}

{% macro postgres__key_is_held(relation, columns) -%}
    {%- if not execute or relation is string -%}{{ return(false) }}{%- endif -%}
    {%- set query -%}
        select string_agg(attribute.attname, ',' order by attribute.attname)
        from pg_index as held
        inner join pg_attribute as attribute
            on held.indrelid = attribute.attrelid and attribute.attnum = any(held.indkey)
        where
            held.indrelid = to_regclass('{{ relation }}')
            and held.indisunique
            and held.indisvalid
            and held.indpred is null
            and held.indexprs is null
            and held.indnatts = held.indnkeyatts
        group by held.indexrelid
    {%- endset -%}
    {{ return((columns | sort | join(',')) in run_query(query).columns[0].values()) }}
{%- endmacro %}
