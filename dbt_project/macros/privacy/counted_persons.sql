{#- How many encounters, and how many persons, of rows counted by group and `returning_patient_id`:
    whoever came once has no such id and is one person, so that nobody need be sorted to be told
    apart. -#}
{% macro counted_persons() -%}
    cast(sum(count_encounters) as bigint) as count_encounters,
    cast(
        sum(case when returning_patient_id is null then count_encounters else 1 end) as bigint
    ) as count_patients
{%- endmacro %}
