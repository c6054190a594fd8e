{#- Name and condition of each rule that follows from what a column is called and holds. `limits` is
    the relation of each observation's code, minimum and maximum. -#}
{% macro broken_by_columns(relation, limits) -%}
    {%- set rules = [] -%}
    {%- if not execute -%}{{ return(rules) }}{%- endif -%}
    {%- set query -%}
        select code, minimum, maximum from {{ limits }}
    {%- endset -%}
    {%- set limited = {} -%}
    {%- for row in run_query(query) -%}
        {%- do limited.update({row['code']: row}) -%}
    {%- endfor -%}
    {%- for column in adapter.get_columns_in_relation(relation) -%}
        {%- if column.data_type == 'smallint' -%}
            {%- do rules.append((column.name ~ ' is 1 or 0', column.name ~ ' not in (0, 1)')) -%}
        {%- endif -%}
        {%- for bound, than in [('minimum', '<'), ('maximum', '>')] -%}
            {%- set limit = limited.get(column.name, {}).get(bound) -%}
            {%- if limit is not none and column.data_type in ('smallint', 'double precision') -%}
                {%- do rules.append((
                    column.name ~ ' is within its ' ~ bound, column.name ~ ' ' ~ than ~ ' ' ~ limit
                )) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(rules) }}
{%- endmacro %}
