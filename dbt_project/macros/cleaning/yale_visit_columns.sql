{#- What tells two Yale visits apart. A person seen again has more visits behind them,
    so only a row typed twice repeats all of these. -#}
{% macro yale_visit_columns() -%}
    {{ return([
        'patient_id', 'age', 'n_edvisits', 'n_admissions', 'n_surgeries', 'triage_vital_hr',
        'triage_vital_sbp', 'triage_vital_dbp', 'triage_vital_rr', 'triage_vital_o2',
        'triage_vital_temp',
    ]) }}
{%- endmacro %}
