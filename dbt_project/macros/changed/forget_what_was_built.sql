{#- Runs before anything else that dbt makes: what stands in the tables is no longer what Semia noted
    when it last built everything, so the next `semia build --changed` makes everything whole. -#}
{% macro forget_what_was_built() -%}
    {%- if execute and flags.WHICH in ['build', 'run', 'seed', 'snapshot'] -%}
        {%- set is_noted = "select to_regclass('monitoring._built') is not null" -%}
        {%- if run_query(is_noted).columns[0].values()[0] -%}
            delete from monitoring._built
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
