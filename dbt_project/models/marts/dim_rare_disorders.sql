-- Rare disorders: how common they are and when they begin.
--
-- Meaning: the commonest point prevalence that any study states for the world, else for
-- Europe, as the bounds of its class per 100,000 people.
-- Source: Orphanet, Procedural document on epidemiology of rare disease, 2019.
-- Misleads: for most disorders nothing is stated but cases and families; then both bounds
-- are unknown, which does not mean rare.
with

disorders as (

    select * from {{ ref('stg_orphanet__disorders') }}

),

prevalences as (

    select * from {{ ref('stg_orphanet__prevalences') }}

),

classes as (

    select * from {{ ref('prevalence_classes') }}

),

onsets as (

    select * from {{ ref('stg_orphanet__onsets') }}

),

ranked_prevalences as (

    select
        prevalences.orpha_code,
        prevalences.place,
        classes.low_per_100k,
        classes.high_per_100k,
        row_number() over (
            partition by prevalences.orpha_code
            order by
                case when prevalences.place = 'Worldwide' then 0 else 1 end,
                classes.low_per_100k desc
        ) as place_in_line
    from prevalences
    inner join classes on prevalences.prevalence_class = classes.prevalence_class
    where
        prevalences.measure = 'Point prevalence'
        and prevalences.place in ('Worldwide', 'Europe')

),

onset_lists as (

    select
        orpha_code,
        {{ dbt.listagg('age_of_onset', "', '", 'order by age_of_onset') }} as ages_of_onset
    from onsets
    group by orpha_code

),

final as (

    select
        disorders.orpha_code,
        disorders.label_en,
        disorders.disorder_type,
        onset_lists.ages_of_onset,
        ranked_prevalences.place as prevalence_place,
        ranked_prevalences.low_per_100k,
        ranked_prevalences.high_per_100k,
        disorders.origin,
        disorders.disorder_type in ('Category', 'Clinical group') as is_group
    from disorders
    left join ranked_prevalences
        on
            disorders.orpha_code = ranked_prevalences.orpha_code
            and ranked_prevalences.place_in_line = 1
    left join onset_lists on disorders.orpha_code = onset_lists.orpha_code

)

select * from final
