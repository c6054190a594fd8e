{#- The signs that answers of one source mean, each once for an encounter: of two questions
    of one sign, it is present if either says so. `relation` is the CTE of the answers,
    `meanings` that of the seed `symptom_sources`. -#}
{% macro answered_signs(relation, source_name) -%}
    select
        {{ relation }}.encounter_id,
        meanings.code as symptom_code,
        {{ dbt.bool_or(relation ~ '.is_present') }} as is_present
    from {{ relation }}
    inner join meanings
        on
            {{ relation }}.source_column = meanings.source_column
            and meanings.source = '{{ source_name }}'
            and meanings.match = 'yes_no'
    group by {{ relation }}.encounter_id, meanings.code
{%- endmacro %}
