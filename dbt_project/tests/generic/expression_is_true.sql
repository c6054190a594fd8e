{#- Fails on rows for which the expression is false; one that is unknown passes. -#}
{% test expression_is_true(model, expression) %}

select *
from {{ model }}
where not coalesce({{ expression }}, true)

{% endtest %}
