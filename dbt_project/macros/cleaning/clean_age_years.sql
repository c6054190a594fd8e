{#- An age in years that may be kept: whole or part years from 0 to 120, and everybody
    over 89 is 90, as HIPAA Safe Harbor (45 CFR 164.514(b)(2)) asks. -#}
{% macro clean_age_years(age) -%}
    case when {{ age }} between 0 and 120 then least({{ age }}, 90) end
{%- endmacro %}
