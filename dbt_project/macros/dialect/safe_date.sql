{#- The day a text tells, written `2019-03-04`, `2019-03-04T00:00:00` or `04/03/2019`;
    null where there is no such day. Never an error. -#}
{% macro safe_date(text) -%}
    {{ return(adapter.dispatch('safe_date')(text)) }}
{%- endmacro %}

{% macro default__safe_date(text) -%}
    coalesce(try_to_date(substr({{ text }}, 1, 10)), try_to_date({{ text }}, 'dd/MM/yyyy'))
{%- endmacro %}

{% macro postgres__safe_date(text) -%}
    case
        when {{ matches(text, '^(19|20)[0-9]{2}-(0[1-9]|1[0-2])-([0-2][0-9]|3[01])') }}
            then {{ existing_day(
                "substr(" ~ text ~ ", 1, 4)", "substr(" ~ text ~ ", 6, 2)", "substr(" ~ text ~ ", 9, 2)"
            ) }}
        when {{ matches(text, '^([0-2][0-9]|3[01])/(0[1-9]|1[0-2])/(19|20)[0-9]{2}$') }}
            then {{ existing_day(
                "substr(" ~ text ~ ", 7, 4)", "substr(" ~ text ~ ", 4, 2)", "substr(" ~ text ~ ", 1, 2)"
            ) }}
    end
{%- endmacro %}

{#- The day of a year, month and day of two digits; null on the 31st of a month of 30.
    Counted from the first of the month, so that no text can make the cast fail. -#}
{% macro existing_day(year, month, day) -%}
    {%- set first = "cast(" ~ year ~ " || '-' || " ~ month ~ " || '-01' as date)" -%}
    {%- set wanted = first ~ " + cast(" ~ day ~ " as integer) - 1" -%}
    case
        when to_char({{ wanted }}, 'YYYY-MM-DD') = {{ year }} || '-' || {{ month }} || '-' || {{ day }}
            then {{ wanted }}
    end
{%- endmacro %}
