{#- Yes, no or unknown from the ways health forms write them: 1 and 2 (SINAN), yes/no
    words in English, Spanish and Portuguese. 9 is "ignored", so unknown, as is
    everything else. -#}
{% macro yes_no(column) -%}
    case
        when lower(trim({{ column }})) in (
            '1', '1.0', 'yes', 'y', 'true', 'si', 'sí', 'sim', 's'
        ) then true
        when lower(trim({{ column }})) in (
            '2', '2.0', 'no', 'n', 'false', 'nao', 'não'
        ) then false
    end
{%- endmacro %}
