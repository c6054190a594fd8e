{#- `materialized: incremental`, where rows are made by encounter: those that go and those that come,
    and nothing besides. dbt's own puts the new rows in a table of their own, asks both for their
    columns and describes each again, which takes it longer than the rows take the database; a
    table that the same project made has the columns and descriptions it had. Whatever is made
    whole, or by another strategy, dbt makes in its own way. -#}
{% materialization incremental, adapter='postgres' -%}
    {%- if config.get('incremental_strategy') != 'by_encounter' or not is_incremental() -%}
        {{ return(materialization_incremental_default()) }}
    {%- endif -%}

    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- call statement('main') -%}
        {{ get_incremental_by_encounter_sql({'target_relation': this, 'rows': sql}) }}
    {%- endcall -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do adapter.commit() -%}
    {{ return({'relations': [this]}) }}
{%- endmaterialization %}
