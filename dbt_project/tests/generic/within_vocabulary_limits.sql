{#- Fails on values outside the limits of the seed `observations`, for the columns
    called like one of its codes. -#}
{% test within_vocabulary_limits(model) %}

{% set types = ['smallint', 'double precision'] %}
{% set columns = adapter.get_columns_in_relation(model) if execute else [] %}

with observed as (

    {% for column in columns if column.data_type in types %}
    select
        encounter_id,
        '{{ column.name }}' as code,
        cast({{ column.name }} as double precision) as value
    from {{ model }}
    union all
    {% endfor %}
    select
        encounter_id,
        null as code,
        null as value
    from {{ model }}
    where false

)

select
    observed.encounter_id,
    observed.code,
    observed.value
from observed
inner join {{ ref('observations') }} as limits on observed.code = limits.code
where observed.value < limits.minimum or observed.value > limits.maximum

{% endtest %}
