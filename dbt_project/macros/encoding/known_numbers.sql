{#- The named measurements out of a map of code to value, as columns of the same names. What the
    map lacks is unknown, so null. -#}
{% macro known_numbers(map, names) -%}
    {%- for name in names %}
    cast({{ map_value(map, name) }} as double precision) as {{ name }}
    {{- "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- The vitals that a triage nurse measures, as numbers. -#}
{% macro known_vitals(map) -%}
    {{ known_numbers(map, [
        'heart_rate_per_min', 'systolic_bp_mmhg', 'diastolic_bp_mmhg',
        'respiratory_rate_per_min', 'temperature_c', 'oxygen_saturation_pct'
    ]) }}
{%- endmacro %}
