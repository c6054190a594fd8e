{#- Fails on groups of fewer than 10 encounters, or of fewer than k persons. -#}
{% test no_small_group(model) %}

select *
from {{ model }}
where {{ is_small_group() }}

{% endtest %}
