{#- dbt's strategy `by_encounter`: the rows of every encounter that changed go, also of one that is
    gone or of which nothing is known any more, and those made anew come. With `unique_key: block`
    the same of every block of encounters in which one changed. A table under contract has its
    columns in the contract's order, any other in that of its rows. -#}
{% macro get_incremental_by_encounter_sql(arguments) -%}
    {%- set columns = model.columns | join(', ') if config.get('contract').enforced else '' -%}
    delete from {{ arguments['target_relation'] }}
    {{ only_changed(config.get('unique_key') or 'encounter_id') }};

    insert into {{ arguments['target_relation'] }} {{ '(' ~ columns ~ ')' if columns }}
    select {{ columns or '*' }}
    from (
        {{ arguments['rows'] }}
    ) as made;
{%- endmacro %}
