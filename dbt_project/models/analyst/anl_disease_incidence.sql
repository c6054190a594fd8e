-- Notified cases by department, year and diagnosis: a place and a time as coarse as Safe Harbor
-- asks. A department's year with fewer than 10 cases has no row, which is not the same as none.
with

incidence as (

    select * from {{ ref('fct_disease_incidence') }}

),

counted as (

    select
        source_name as source,
        origin,
        diagnosis_code,
        -- DIVIPOLA: the first two digits of a municipality's code are its department's.
        substring(municipality_code, 1, 2) as department_code,
        extract(year from week_start) as year_of_notification,
        sum(count_cases) as count_cases
    from incidence
    group by 1, 2, 3, 4, 5

),

final as (

    select
        source,
        origin,
        department_code,
        diagnosis_code,
        cast(year_of_notification as integer) as year_of_notification,
        cast(count_cases as bigint) as count_cases
    from counted
    where count_cases >= 10 and count_cases >= {{ env_var('SEMIA_DBT_K_ANONYMITY') }}

)

select * from final
