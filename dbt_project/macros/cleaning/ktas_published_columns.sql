{#- The columns of the KTAS file but the hospital: a visit typed twice repeats all of
    them. -#}
{% macro ktas_published_columns() -%}
    {{ return([
        'sex', 'age', 'patients_number_per_hour', 'arrival_mode', 'injury',
        'chief_complain', 'mental', 'pain', 'nrs_pain', 'sbp', 'dbp', 'hr', 'rr', 'bt',
        'saturation', 'ktas_rn', 'diagnosis_in_ed', 'disposition', 'ktas_expert',
        'error_group', 'length_of_stay_min', 'ktas_duration_min', 'mistriage',
    ]) }}
{%- endmacro %}
