{#- Runs after an incremental model, in its transaction: notes by which project its rows were made,
    and up to which change. So a build that is killed between two models goes on where it was. -#}
{% macro taken_up() -%}
    {%- if model.config.materialized == 'incremental' -%}
        {%- if model.name == 'int_encounters__followed' %}
        create table if not exists monitoring._made (
            model text primary key,
            project text not null,
            changed_in bigint not null
        );
        comment on table monitoring._made is 'Of what each model made by encounter was last made';
        comment on column monitoring._made.model is 'The model';
        comment on column monitoring._made.project
        is 'Hash of the dbt project and of k; empty if nobody named it';
        comment on column monitoring._made.changed_in
        is 'The last change of intermediate.int_encounters__followed that its rows have in them';
        {%- endif %}
        insert into monitoring._made (model, project, changed_in)
        select
            '{{ model.name }}',
            '{{ env_var("SEMIA_DBT_PROJECT", "") }}',
            coalesce(max(followed.changed_in), 0)
        from {{ followed() }} as followed
        on conflict (model) do update
        set project = excluded.project, changed_in = excluded.changed_in;
    {%- endif -%}
{%- endmacro %}
