{#- An ICD-10 code with its point and without the X that Colombian registries put where
    there is no fourth digit: `A90X` is A90, `J189` is J18.9. Text that is no code is
    unknown, so null. -#}
{% macro icd10_code(column) -%}
    {%- set plain = "regexp_replace(upper(trim(" ~ column ~ ")), '[^A-Z0-9]', '', 'g')" -%}
    case
        when {{ matches(plain, '^[A-Z][0-9]{2}X?$') }} then substr({{ plain }}, 1, 3)
        when {{ matches(plain, '^[A-Z][0-9]{3,4}[A-Z]?$') }}
            then substr({{ plain }}, 1, 3) || '.' || substr({{ plain }}, 4)
    end
{%- endmacro %}
