{#- Whether a sex written as a word or a letter is female; null when it is neither sex.
    -#}
{% macro is_female_word(column) -%}
    case
        when lower(trim({{ column }})) in ('f', 'female', 'woman', 'mujer', 'feminino') then true
        when lower(trim({{ column }})) in ('m', 'male', 'man', 'hombre', 'masculino') then false
    end
{%- endmacro %}
