{#- The condition that leaves of a table the encounters that changed since this model was last
    made; nothing where it is made whole. A model that is made by encounter says it of everything
    it reads that has one; one that is made by block of encounters says `only_changed('block')`. -#}
{% macro only_changed(key='encounter_id') -%}
    {#- While dbt reads the project this tells it what is read; a unit test gives no such table. -#}
    {%- if not execute -%}{%- do ref('int_encounters__followed') -%}{%- endif -%}
    {%- if execute and model.resource_type == 'model' and is_incremental() -%}
    where
        {{ key }} in (
            select followed.{{ key }}
            from {{ ref('int_encounters__followed') }} as followed
            where followed.changed_in > {{ made_in() }}
        )
    {%- endif -%}
{%- endmacro %}

{#- The last change that this model has taken up. -#}
{% macro made_in() -%}
    {%- if not execute -%}{{ return(0) }}{%- endif -%}
    {%- set query -%}
        select made.changed_in from monitoring._made as made where made.model = '{{ model.name }}'
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
