{#- Fails on rows whose text does not match a regular expression; unknown values pass. -#}
{% test matches_pattern(model, column_name, pattern) %}

select *
from {{ model }}
where not coalesce({{ matches(column_name, pattern) }}, true)

{% endtest %}
