{#- Whether a counted group must be shown under another name, together with others of the
    same `parents`. Small groups are; and if all of them make fewer than 10 encounters, the
    next larger one is as well, or they could be had by subtracting what is shown from a
    known total. -#}
{% macro is_hidden_group(parents, names) -%}
    (
        {{ is_small_group() }}
        or coalesce(
            sum(count_encounters) over (
                partition by {{ parents | join(', ') }}
                order by
                    case when {{ is_small_group() }} then 0 else 1 end,
                    count_encounters,
                    {{ names | join(', ') }}
                rows between unbounded preceding and 1 preceding
            ), 0
        ) between 1 and 9
    )
{%- endmacro %}
