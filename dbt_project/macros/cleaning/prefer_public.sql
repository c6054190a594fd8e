{#- Condition that leaves synthetic rows out as soon as there is one public row: nothing
    is ever learnt from both at once. `relation` is the CTE the rows come from. -#}
{% macro prefer_public(relation) -%}
    (
        {{ relation }}._origin = 'public'
        or not exists (
            select 1 from {{ relation }} as published where published._origin = 'public'
        )
    )
{%- endmacro %}
