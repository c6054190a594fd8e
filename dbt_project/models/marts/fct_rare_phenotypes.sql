-- How frequent a sign is in a rare disorder.
--
-- Meaning: the share of patients with the disorder who have the sign, as the bounds of its
-- class. Excluded means that the sign rules the disorder out, Obligate that it is always there.
-- Source: Orphanet, frequency classes of HPO annotations (hpo.jax.org, HP:0040279).
-- Misleads: a sign that is not listed is unknown, not absent.
with

phenotypes as (

    select * from {{ ref('stg_orphanet__phenotypes') }}

),

frequencies as (

    select * from {{ ref('phenotype_frequencies') }}

),

symptoms as (

    select * from {{ ref('symptoms') }}

),

vocabulary as (

    select
        hpo_id,
        min(code) as symptom_code
    from symptoms
    where hpo_id is not null
    group by hpo_id

),

-- Where a disorder has a sign with two frequencies, the greater is kept.
ranked as (

    select
        phenotypes.orpha_code,
        phenotypes.hpo_id,
        phenotypes.hpo_term,
        vocabulary.symptom_code,
        phenotypes.frequency_class,
        frequencies.low_share,
        frequencies.high_share,
        row_number() over (
            partition by phenotypes.orpha_code, phenotypes.hpo_id
            order by frequencies.low_share desc
        ) as place_in_line
    from phenotypes
    inner join frequencies on phenotypes.frequency_class = frequencies.frequency_class
    left join vocabulary on phenotypes.hpo_id = vocabulary.hpo_id

),

final as (

    select
        orpha_code,
        hpo_id,
        hpo_term,
        symptom_code,
        frequency_class,
        low_share,
        high_share,
        frequency_class = 'Excluded (0%)' as is_excluded,
        frequency_class = 'Obligate (100%)' as is_obligate
    from ranked
    where place_in_line = 1

)

select * from final
