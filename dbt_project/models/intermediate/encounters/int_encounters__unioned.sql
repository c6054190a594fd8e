with

ktas as (

    select * from {{ ref('stg_ktas__visits') }}
    {{ only_changed() }}

),

yale_triage as (

    select * from {{ ref('stg_yale_triage__visits') }}
    {{ only_changed() }}

),

sinan_arbovirus as (

    select * from {{ ref('stg_sinan_arbovirus__notifications') }}
    {{ only_changed() }}

),

ddxplus as (

    select * from {{ ref('stg_ddxplus__patients') }}
    {{ only_changed() }}

),

foz_chikungunya as (

    select * from {{ ref('stg_foz_chikungunya__notifications') }}
    {{ only_changed() }}

),

consultations as (

    select * from {{ ref('int_encounters__consulted') }}
    {{ only_changed() }}

),

sources as (

    select * from {{ ref('sources') }}

),

-- No publisher gives the date of a visit; of what was asked here it is known.
encounters as (

    {% for source_name, known_at in [
        ('ktas', 'null'),
        ('yale_triage', 'null'),
        ('sinan_arbovirus', 'null'),
        ('ddxplus', 'null'),
        ('foz_chikungunya', 'null'),
        ('consultations', 'known_at'),
    ] %}
    select
        encounter_id,
        patient_id,
        '{{ source_name }}' as source,
        origin,
        age_years,
        is_female,
        cast({{ known_at }} as timestamp with time zone) as known_at,
        loaded_at
    from {{ source_name }}
    {{ "union all" if not loop.last }}
    {% endfor %}

),

final as (

    select
        encounters.encounter_id,
        encounters.patient_id,
        encounters.source,
        encounters.origin,
        encounters.age_years,
        encounters.is_female,
        encounters.loaded_at,
        coalesce(
            encounters.known_at,
            cast(sources.period_end as timestamp with time zone)
        ) as known_at
    from encounters
    inner join sources on encounters.source = sources.source

)

select * from final
