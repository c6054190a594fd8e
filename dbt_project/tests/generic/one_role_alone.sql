{#- Fails on a spine that holds rows to learn from beside rows of validation sources. -#}
{% test one_role_alone(model) %}

select count(distinct sources.role) as count_roles
from {{ model }} as model
inner join {{ ref('sources') }} as sources on model.source = sources.source
having count(distinct sources.role) > 1

{% endtest %}
