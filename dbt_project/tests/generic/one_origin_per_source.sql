{#- Fails on sources that show public and synthetic rows at once. -#}
{% test one_origin_per_source(model) %}

select source
from {{ model }}
group by source
having count(distinct origin) > 1

{% endtest %}
