with

notifications as (

    select * from {{ ref('stg_foz_chikungunya__notifications') }}

),

answers as (

    select
        notifications.encounter_id,
        questions.source_column,
        questions.is_present
    from notifications
    cross join lateral (
        values
        {% for column in sinan_sign_columns() %}
        ('{{ column }}', notifications.{{ column }}){{ "," if not loop.last }}
        {% endfor %}
    ) as questions (source_column, is_present)

),

final as (

    select
        encounter_id,
        source_column,
        is_present
    from answers
    where is_present is not null

)

select * from final
