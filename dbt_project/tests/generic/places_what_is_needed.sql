{#- Fails on what a landed surveillance data set must say (seed `surveillance_needs`) and no
    column was taken to say; names the columns that could not be placed, one of which it
    may be. -#}
{% test places_what_is_needed(model) %}

with needs as (

    select
        needs.source_name,
        needs.needed,
        count(placed.column_name) as count_placed
    from {{ ref('surveillance_needs') }} as needs
    left join {{ model }} as placed
        on
            needs.source_name = placed.source_name
            and needs.meaning = placed.meaning
    group by needs.source_name, needs.needed

),

unplaced as (

    select
        source_name,
        string_agg(column_name, ', ') filter (where meaning is null) as columns_not_placed
    from {{ model }}
    group by source_name

)

select
    needs.source_name,
    needs.needed,
    unplaced.columns_not_placed
from needs
inner join unplaced on needs.source_name = unplaced.source_name
where needs.count_placed = 0

{% endtest %}
