{#- One row per encounter and column that holds a number: encounter_id,
    observation_code, value. -#}
{% macro unpivot_numbers(relation, columns) -%}
    select
        {{ relation }}.encounter_id,
        observed.observation_code,
        observed.value
    from {{ relation }}
    cross join lateral (
        values
        {%- for column in columns %}
        ('{{ column }}', cast({{ relation }}.{{ column }} as double precision))
        {{- "," if not loop.last }}
        {%- endfor %}
    ) as observed (observation_code, value)
    where observed.value is not null
{%- endmacro %}
