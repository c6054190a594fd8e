{#- One row per record of a surveillance data set: `_row_number` and a text column for
    each of `meanings`, found by the names of seed `surveillance_columns` whatever columns
    the publisher has this time. `relation` is the CTE of raw rows; the seed is in the
    CTE `known_columns`. -#}
{% macro surveillance_meanings(relation, meanings) -%}
    select
        {{ relation }}._row_number,
        {{ relation }}._origin,
        {{ relation }}._loaded_at
        {%- for meaning in meanings %},
        max({{ clean_text('field.value') }}) filter (
            where known_columns.meaning = '{{ meaning }}'
        ) as {{ meaning }}
        {%- endfor %}
    from {{ relation }}
    cross join lateral {{ json_fields(relation ~ '.record') }} as field (column_name, value)
    left join known_columns on lower(field.column_name) = known_columns.column_name
    where {{ prefer_public(relation) }}
    group by
        {{ relation }}._row_number,
        {{ relation }}._origin,
        {{ relation }}._loaded_at
{%- endmacro %}
