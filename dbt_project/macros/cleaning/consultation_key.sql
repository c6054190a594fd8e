{#- The key of an encounter that was asked about here: the id of its answer. -#}
{% macro consultation_key(assessment_id) -%}
    'consultations-' || cast({{ assessment_id }} as {{ dbt.type_string() }})
{%- endmacro %}
