{#- What tells two DDXPlus patients apart: a patient written twice repeats all of these.
    -#}
{% macro ddxplus_patient_columns() -%}
    {{ return(['age', 'sex', 'pathology', 'evidences', 'initial_evidence']) }}
{%- endmacro %}
