{#- The yes/no questions of cleaned SINAN notifications, one row for each that was answered.
    `relation` is the CTE the notifications come from. -#}
{% macro sinan_answers(relation) -%}
    select
        {{ relation }}.encounter_id,
        questions.source_column,
        questions.is_present
    from {{ relation }}
    cross join lateral (
        values
        {% for column in sinan_sign_columns() %}
        ('{{ column }}', {{ relation }}.{{ column }}){{ "," if not loop.last }}
        {% endfor %}
    ) as questions (source_column, is_present)
    where questions.is_present is not null
{%- endmacro %}
