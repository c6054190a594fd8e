{#- Condition that leaves rows of validation sources out as soon as the problem has one
    training row: a model never learns from what is kept to measure it. Where validation
    rows are all there is, as in the scratch database of `semia validate`, they stay.
    `relation` is the CTE of all labels. -#}
{% macro prefer_training(relation, problem) -%}
    (
        role = 'training'
        or not exists (
            select 1
            from {{ relation }} as others
            where others.role = 'training' and others.problem = '{{ problem }}'
        )
    )
{%- endmacro %}
