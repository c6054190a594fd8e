{#- Condition that leaves rows of validation sources out as soon as the problem has one
    training row: a model never learns from what is kept to measure it. Where validation
    rows are all there is, as in the scratch database of `semia validate`, they stay.
    `relation` is the CTE the rows come from. -#}
{% macro prefer_training(relation, problem) -%}
    (
        role = 'training'
        or not exists (
            select 1
            from {{ relation }} as learnt
            where learnt.role = 'training' and learnt.problem = '{{ problem }}'
        )
    )
{%- endmacro %}
