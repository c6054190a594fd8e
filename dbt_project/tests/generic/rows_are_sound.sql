{#- All that is asked of single rows, in one scan of the table: a test for each column reads
    the whole table each time, and dbt itself takes longer over a test than many a table does.

    `key`: columns that are known and together occur once. `known`: columns never null.
    `one_of`: column to the values it may have. `within`: column to its least and greatest
    value. `written_as`: column to the regular expression of its text. `never_false`: expressions.
    `found_in`: column to the relation, and its column, where each value of it occurs.
    What is unknown breaks nothing but `key` and `known`.

    Fails with the rules that rows break and on how many; a row that breaks several counts for
    the first. Says nothing else of a row, so that no patient is shown in a log. -#}
{% test rows_are_sound(
    model, key=[], known=[], one_of={}, within={}, written_as={}, never_false=[], found_in={}
) %}

{%- set rules = [] -%}
{%- for column in key + known -%}
    {%- do rules.append((column ~ ' is known', column ~ ' is null')) -%}
{%- endfor -%}
{%- for column, values in one_of.items() -%}
    {%- set written = [] -%}
    {%- for value in values -%}
        {%- do written.append(dbt.string_literal(value) if value is string else value) -%}
    {%- endfor -%}
    {%- do rules.append(
        (column ~ ' is one of its values', column ~ ' not in (' ~ written | join(', ') ~ ')')
    ) -%}
{%- endfor -%}
{%- for column, limits in within.items() -%}
    {%- do rules.append((
        column ~ ' is within ' ~ limits | join(' to '),
        column ~ ' < ' ~ limits[0] ~ ' or ' ~ column ~ ' > ' ~ limits[1]
    )) -%}
{%- endfor -%}
{%- for column, pattern in written_as.items() -%}
    {%- do rules.append((column ~ ' is written as it must be', 'not ' ~ matches(column, pattern))) -%}
{%- endfor -%}
{%- for expression in never_false -%}
    {%- do rules.append((expression, 'not (' ~ expression ~ ')')) -%}
{%- endfor -%}
{%- set others = [] -%}
{%- for column, (other, field) in found_in.items() -%}
    {%- set found = 'found_' ~ loop.index -%}
    {%- do rules.append((
        column ~ ' is found in ' ~ other.identifier, column ~ ' is not null and ' ~ found ~ ' is null'
    )) -%}
    {%- do others.append(
        'left join (select ' ~ field ~ ' as ' ~ found ~ ' from ' ~ other ~ ') as in_' ~ loop.index
        ~ ' on ' ~ column ~ ' = ' ~ found
    ) -%}
{%- endfor %}

{{ count_broken(model, rules, others | join(' ')) }}
{%- if key and not key_is_held(model, key) %}
union all
select
    '{{ key | join(", ") }} occur once' as rule,
    count(*) as count_rows
from {{ model }}
where true {{ and_changed(model, key) }}
group by {{ key | join(', ') }}
having count(*) > 1
{%- endif %}

{% endtest %}
