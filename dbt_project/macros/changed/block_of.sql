{#- The block of neighbours an encounter is counted in: all but the last three digits of its number.
    `changed.block` (warehouse/building/made_again.py) is the same. -#}
{% macro block_of(encounter_id) -%}
    left({{ encounter_id }}, -3)
{%- endmacro %}
