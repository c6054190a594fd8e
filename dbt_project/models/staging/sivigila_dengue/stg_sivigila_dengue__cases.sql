-- Meaning: one row per notified case that still stands: where, in which epidemiological week
--   the first symptom came, and what. Without a date of onset the day of notification counts,
--   without that the numbered week.
-- Source: SIVIGILA, basic data sheet and list of events (Instituto Nacional de Salud); weeks run
--   from Sunday to Saturday.
-- Misleads: a case is counted where it was caught (procedencia), not where the person lives;
--   suspected cases count like confirmed ones. If no row names a municipality at all, the data
--   set is taken to be Bucaramanga's (68001), as its publisher says. The name beside a code is
--   whatever was typed there.
with

source as (

    select * from {{ source('raw', 'sivigila_dengue_notifications') }}

),

known_columns as (

    select * from {{ ref('surveillance_columns') }}

),

events as (

    select * from {{ ref('surveillance_events') }}

),

told as (

    {{ surveillance_meanings('source', [
        'event', 'onset_date', 'notified_date', 'week', 'year', 'department_code',
        'municipality_code', 'municipality_name', 'adjustment', 'count',
    ]) }}

),

read as (

    select
        *,
        {{ divipola_code('department_code', 'municipality_code') }} as divipola,
        {{ safe_date('onset_date') }} as onset_on,
        {{ safe_date('notified_date') }} as notified_on,
        {{ clean_number('year') }} as year_number,
        {{ clean_number('week') }} as week_number,
        {{ clean_number('count') }} as cases_told
    from told

),

places as (

    select count(municipality_code) as count_told
    from told

),

placed as (

    select
        read.*,
        case when places.count_told = 0 then '68001' else read.divipola end as municipality,
        case
            when places.count_told = 0 then 'Bucaramanga' else read.municipality_name
        end as name_told,
        coalesce(
            {{ epi_week_of('onset_on') }},
            {{ epi_week_of('notified_on') }},
            {{ epi_week_by_number('year_number', 'week_number') }}
        ) as week_start
    from read
    cross join places

),

dated as (

    select
        *,
        -- Nobody knew of a case before it was notified, nor before it began.
        greatest(week_start, {{ epi_week_of('notified_on') }}) as known_week_start
    from placed

),

final as (

    select
        {{ encounter_key('sivigila_dengue') }} as case_id,
        dated._origin as origin,
        dated.municipality as municipality_code,
        dated.name_told as municipality_name,
        dated.week_start,
        dated.known_week_start,
        events.diagnosis_code,
        cast(coalesce(dated.cases_told, 1) as integer) as count_cases,
        dated._loaded_at as loaded_at
    from dated
    left join events on dated.event = events.event
    -- 6: discarded; D: a typing error.
    where coalesce(upper(dated.adjustment), '') not in ('6', 'D')

)

select * from final
