{#- Fails on rows (observation_code, value) outside the limits of the seed
    `observations`. -#}
{% test observations_are_within_limits(model) %}

select model.*
from {{ model }} as model
inner join {{ ref('observations') }} as limits on model.observation_code = limits.code
where model.value < limits.minimum or model.value > limits.maximum

{% endtest %}
