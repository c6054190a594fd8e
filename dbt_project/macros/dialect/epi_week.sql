{#- The Sunday on which the epidemiological week of a day begins (the week of WHO's
    Americas, CDC's MMWR and SIVIGILA: Sunday to Saturday). -#}
{% macro epi_week_of(day) -%}
    {{ return(adapter.dispatch('epi_week_of')(day)) }}
{%- endmacro %}

{% macro default__epi_week_of(day) -%}
    date_sub({{ day }}, dayofweek({{ day }}) - 1)
{%- endmacro %}

{% macro postgres__epi_week_of(day) -%}
    {{ day }} - cast(extract(dow from {{ day }}) as integer)
{%- endmacro %}

{#- The Sunday of a week by its number: week 1 is the one that holds the 4th of January.
    Null for a number that is no week. -#}
{% macro epi_week_by_number(year, week) -%}
    {%- set fourth = "cast(cast(" ~ year ~ " as integer) || '-01-04' as date)" -%}
    case
        when {{ year }} between 1990 and 2100 and {{ week }} between 1 and 53
            then {{ epi_week_of(fourth) }} + 7 * (cast({{ week }} as integer) - 1)
    end
{%- endmacro %}
