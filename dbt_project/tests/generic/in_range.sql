{#- Fails on rows whose value is below `minimum` or above `maximum`; unknown values
    pass. -#}
{% test in_range(model, column_name, minimum, maximum) %}

select *
from {{ model }}
where {{ column_name }} < {{ minimum }} or {{ column_name }} > {{ maximum }}

{% endtest %}
