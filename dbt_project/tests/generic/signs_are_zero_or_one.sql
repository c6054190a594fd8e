{#- Fails on rows where a sign (a smallint column) is anything but 1, 0 or unknown. -#}
{% test signs_are_zero_or_one(model) %}

{% set columns = adapter.get_columns_in_relation(model) if execute else [] %}

select *
from {{ model }}
where
    false
    {% for column in columns if column.data_type == 'smallint' %}
    or {{ column.name }} not in (0, 1)
    {% endfor %}

{% endtest %}
