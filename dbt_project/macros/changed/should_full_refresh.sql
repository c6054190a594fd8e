{#- dbt asks this of every incremental model. Besides where it is told to, a model is made whole

    - unless Semia runs dbt and says by which project (SEMIA_DBT_PROJECT): a plain `dbt build` knows
      nothing of what was edited since, and makes everything whole;
    - where its rows were made by another project, or by one nobody named;
    - where `int_encounters__followed` was made whole since, and no longer knows who is gone. -#}
{% macro should_full_refresh() -%}
    {%- set asked = config.get('full_refresh') -%}
    {%- if asked is not none -%}{{ return(asked) }}{%- endif -%}
    {{ return(flags.FULL_REFRESH or not was_made_by_this_project()) }}
{%- endmacro %}

{#- dbt asks several times of one model, and is answered as the first time. -#}
{% macro was_made_by_this_project() -%}
    {%- if 'was_made_by_this_project' not in model -%}
        {%- do model.update({'was_made_by_this_project': find_by_whom_made()}) -%}
    {%- endif -%}
    {{ return(model['was_made_by_this_project']) }}
{%- endmacro %}

{% macro find_by_whom_made() -%}
    {%- set project = env_var('SEMIA_DBT_PROJECT', '') -%}
    {%- if not project or not is_made_kept() -%}{{ return(false) }}{%- endif -%}
    {%- set query -%}
        select count(*) > 0
        from monitoring._made as made
        where
            made.model = '{{ made_for() }}'
            and made.project = '{{ project }}'
            and made.changed_in >= (select min(followed.changed_in) from {{ followed() }} as followed)
    {%- endset -%}
    {{ return(run_query(query).columns[0].values()[0]) }}
{%- endmacro %}

{#- Who is followed; the model that follows them has no reference to itself. -#}
{% macro followed() -%}
    {%- if model.name == 'int_encounters__followed' -%}{{ return(this) }}{%- endif -%}
    {{ return(ref('int_encounters__followed')) }}
{%- endmacro %}
