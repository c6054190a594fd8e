{#- The yes/no questions of a SINAN arbovirus notification, as its file names them. -#}
{% macro sinan_sign_columns() -%}
    {{ return([
        'febre', 'mialgia', 'cefaleia', 'exantema', 'vomito', 'nausea', 'dor_costas',
        'conjuntvit', 'artrite', 'artralgia', 'petequia_n', 'laco', 'dor_retro', 'diabetes',
        'hematolog', 'hepatopat', 'renal', 'hipertensa', 'acido_pept', 'auto_imune',
    ]) }}
{%- endmacro %}

{#- Every column of the file: a notification typed twice repeats all of them. -#}
{% macro sinan_published_columns() -%}
    {{ return(
        ['nu_idade_n', 'cs_sexo', 'cs_gestant', 'cs_raca', 'cs_zona']
        + sinan_sign_columns()
        + ['dias', 'classi_fin']
    ) }}
{%- endmacro %}
