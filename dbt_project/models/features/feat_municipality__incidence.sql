-- Meaning: what is going round in a municipality: cases notified in the last four weeks, in the
--   four before, and whether they rise: their difference over their sum, from -1 to 1. A row for
--   each week in which an answer can change, up to eight weeks after the last case.
-- Source: the counts are SIVIGILA's, by epidemiological week; four weeks because one alone
--   has too few cases in most municipalities. The trend is a rule of ours, not a published one.
-- Misleads: only what had been notified by then is counted, so each week's last cases are missing
--   from its row, today as in the past; a place that notifies nothing has no row, which is not
--   the same as no case.
with

incidence as (

    select * from {{ ref('fct_disease_incidence') }}

),

steps as (

    {% for step in range(1, 10) %}
    select {{ step }} as weeks_later
    {{ "union all" if not loop.last }}
    {% endfor %}

),

moments as (

    select distinct
        incidence.municipality_code as municipality_id,
        {{ dbt.dateadd('day', '7 * steps.weeks_later', 'incidence.week_start') }} as week_end
    from incidence
    cross join steps

),

recent as (

    select
        moments.municipality_id,
        moments.week_end,
        incidence.diagnosis_code,
        incidence.count_cases,
        incidence.origin,
        incidence.loaded_at,
        incidence.week_start >= {{ dbt.dateadd('day', -28, 'moments.week_end') }} as is_latest,
        incidence.week_start >= {{ dbt.dateadd('day', -56, 'moments.week_end') }} as is_counted
    from moments
    inner join incidence on moments.municipality_id = incidence.municipality_code
    where
        incidence.week_start < moments.week_end
        and incidence.known_week_start < moments.week_end
        -- The ninth week is gone: it is joined so that its end has a row that says 0.
        and incidence.week_start >= {{ dbt.dateadd('day', -63, 'moments.week_end') }}

),

placed as (

    select
        *,
        case when is_latest then count_cases else 0 end as cases_latest,
        case
            when is_counted and not is_latest then count_cases else 0
        end as cases_before
    from recent

),

counted as (

    select
        municipality_id,
        week_end,
        cast(
            sum(case when diagnosis_code = 'dengue' then cases_latest else 0 end) as integer
        ) as dengue_cases_4_weeks,
        cast(
            sum(case when diagnosis_code = 'dengue' then cases_before else 0 end) as integer
        ) as dengue_cases_4_weeks_before,
        cast(
            sum(case when diagnosis_code = 'chikungunya' then cases_latest else 0 end) as integer
        ) as chikungunya_cases_4_weeks,
        cast(
            sum(case when diagnosis_code = 'chikungunya' then cases_before else 0 end) as integer
        ) as chikungunya_cases_4_weeks_before,
        max(case when origin = 'synthetic' then 1 else 0 end) = 1 as is_synthetic,
        max(loaded_at) as created_at
    from placed
    group by municipality_id, week_end

),

final as (

    select
        municipality_id,
        created_at,
        dengue_cases_4_weeks,
        dengue_cases_4_weeks_before,
        chikungunya_cases_4_weeks,
        chikungunya_cases_4_weeks_before,
        is_synthetic,
        cast(week_end as timestamp with time zone) as event_timestamp,
        cast(dengue_cases_4_weeks - dengue_cases_4_weeks_before as double precision)
        / nullif(dengue_cases_4_weeks + dengue_cases_4_weeks_before, 0) as dengue_trend,
        cast(chikungunya_cases_4_weeks - chikungunya_cases_4_weeks_before as double precision)
        / nullif(chikungunya_cases_4_weeks + chikungunya_cases_4_weeks_before, 0)
            as chikungunya_trend
    from counted

)

select * from final
