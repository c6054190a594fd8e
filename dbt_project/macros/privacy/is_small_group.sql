{#- Whether a counted group is too small to be shown: fewer than 10 encounters, the least
    that health statistics publish, or fewer than k persons (SEMIA_K_ANONYMITY), among whom
    each hides. -#}
{% macro is_small_group() -%}
    (count_encounters < 10 or count_patients < {{ env_var('SEMIA_DBT_K_ANONYMITY') }})
{%- endmacro %}
