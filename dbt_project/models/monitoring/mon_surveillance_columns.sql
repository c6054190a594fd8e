-- Meaning: which columns a surveillance data set had when it was landed, and what each was
--   taken for. One without a meaning could not be placed: add it to seed
--   `surveillance_columns`, as `not_used` if it is of no use.
with

sivigila_dengue as (

    select * from {{ source('raw', 'sivigila_dengue_notifications') }}

),

datosgov_diagnoses as (

    select * from {{ source('raw', 'datosgov_diagnoses_consultations') }}

),

known_columns as (

    select * from {{ ref('surveillance_columns') }}

),

found as (

    {% for source_name in ['sivigila_dengue', 'datosgov_diagnoses'] %}
    select
        '{{ source_name }}' as source_name,
        lower(field.column_name) as column_name
    from {{ source_name }}
    cross join lateral {{ json_fields(source_name ~ '.record') }} as field (column_name, value)
    where {{ prefer_public(source_name) }}
    {{ "union all" if not loop.last }}
    {% endfor %}

),

final as (

    select
        found.source_name,
        found.column_name,
        known_columns.meaning,
        count(*) as count_records
    from found
    left join known_columns on found.column_name = known_columns.column_name
    group by found.source_name, found.column_name, known_columns.meaning

)

select * from final
