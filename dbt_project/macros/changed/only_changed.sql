{#- The condition that leaves of a table the encounters that changed since this model was last
    made; nothing where it is made whole. A model that is made by encounter says it of everything
    it reads that has one; one that is made by block of encounters says `only_changed('block')`. An
    ephemeral model, whose rows are those of another, says in `meta.made_for` of which.

    Whether a spine holds a row of a validation source depends on whether there is any other: with
    `meta.always_made: validation` rows of such sources, which are few, are made each time. -#}
{% macro only_changed(key='encounter_id') -%}
    {#- While dbt reads the project this tells it what is read; a unit test gives no such table. -#}
    {%- if not execute -%}{%- do ref('int_encounters__followed') -%}{%- endif -%}
    {%- if execute and model.resource_type == 'model' and is_made_on() -%}
    where
        {{ key }} in (
            select followed.{{ key }}
            from {{ ref('int_encounters__followed') }} as followed
            where followed.changed_in > {{ made_in() }}
        )
        {% if model.config.meta.get('always_made') -%}
        or source in (
            select labels.source
            from {{ ref('fct_labels') }} as labels
            where labels.role = '{{ model.config.meta.always_made }}'
        )
        {%- endif %}
    {%- endif -%}
{%- endmacro %}

{#- Whether the rows there are stay, but for those of changed encounters. -#}
{% macro is_made_on() -%}
    {%- if model.config.materialized != 'ephemeral' -%}{{ return(is_incremental()) }}{%- endif -%}
    {%- set table = adapter.get_relation(target.dbname, 'marts', made_for()) -%}
    {{ return(table is not none and not should_full_refresh()) }}
{%- endmacro %}

{#- The model whose rows these are. -#}
{% macro made_for() -%}
    {{ return(model.config.meta.get('made_for', model.name)) }}
{%- endmacro %}

{#- The last change that this model has taken up. -#}
{% macro made_in() -%}
    {%- if not execute -%}{{ return(0) }}{%- endif -%}
    {%- set query -%}
        select made.changed_in from monitoring._made as made where made.model = '{{ made_for() }}'
    {%- endset -%}
    {{ return(run_query(query).columns[0].values()[0]) }}
{%- endmacro %}

{#- The number of the changes found now: one more than any model has ever taken up. -#}
{% macro next_change() -%}
    {%- if not execute or not is_made_kept() -%}{{ return(1) }}{%- endif -%}
    {%- set query -%}
        select coalesce(max(made.changed_in), 0) + 1 from monitoring._made as made
    {%- endset -%}
    {{ return(run_query(query).columns[0].values()[0]) }}
{%- endmacro %}

{% macro is_made_kept() -%}
    {%- set query = "select to_regclass('monitoring._made') is not null" -%}
    {{ return(run_query(query).columns[0].values()[0]) }}
{%- endmacro %}
