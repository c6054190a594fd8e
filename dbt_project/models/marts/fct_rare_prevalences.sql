with

prevalences as (

    select * from {{ ref('stg_orphanet__prevalences') }}

),

classes as (

    select * from {{ ref('prevalence_classes') }}

),

-- Studies of one place may agree: each statement is kept once.
final as (

    select distinct
        prevalences.orpha_code,
        prevalences.measure,
        prevalences.place,
        prevalences.prevalence_class,
        classes.low_per_100k,
        classes.high_per_100k
    from prevalences
    inner join classes on prevalences.prevalence_class = classes.prevalence_class

)

select * from final
