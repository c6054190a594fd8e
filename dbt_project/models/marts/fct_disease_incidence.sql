-- Meaning: notified cases by municipality, epidemiological week and diagnosis, apart by the week
--   since which they are known; what is going round, and where.
-- Source: surveillance sources only. No source of patients is counted here, so that no label
--   of an encounter can come back as one of its features.
-- Misleads: a week without a row has no notified case, which is not the same as no case; the
--   latest weeks are always incomplete, because notifications arrive late.
with

cases as (

    select * from {{ ref('stg_sivigila_dengue__cases') }}

),

final as (

    select
        municipality_code,
        week_start,
        known_week_start,
        diagnosis_code,
        origin,
        'sivigila_dengue' as source_name,
        sum(count_cases) as count_cases,
        max(loaded_at) as loaded_at
    from cases
    where
        municipality_code is not null
        and week_start is not null
        and diagnosis_code is not null
    group by municipality_code, week_start, known_week_start, diagnosis_code, origin

)

select * from final
