{#- The columns a feature model must have beside its keys and times, by its own
    contract. A unit test, which has no contract, overrides this macro. -#}
{% macro contract_columns() -%}
    {%- set keys = ['encounter_id', 'patient_id', 'event_timestamp', 'created_at'] -%}
    {%- set columns = [] -%}
    {%- for name, column in model.columns.items() if name not in keys -%}
        {%- do columns.append(column) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}

{#- One column per code of the contract, read from a map of code to value: the one place
    where dbt turns what is known about an encounter into a row of numbers. A code the
    map lacks is unknown, so null. -#}
{% macro encode_contract(map) -%}
    {%- for column in contract_columns() %}
    cast({{ map_value(map, column.name) }} as {{ column.data_type }}) as {{ column.name }}
    {{- "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}
