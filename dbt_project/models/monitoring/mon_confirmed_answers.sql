-- Meaning: how often the service was right where a doctor said later what proved right, by
--   question, version of the model and month of the answer; and how often where it had given one
--   answer alone, which is promised to be right 85 times in 100.
-- Source: serving.assessments and serving.feedback.
-- Misleads: who is followed up is not everybody, and whoever says what proved right has seen the
--   answer; so it may look better than it is, and of few answers it says little.
with

assessments as (

    select * from {{ ref('stg_serving__assessments') }}

),

outcomes as (

    select * from {{ ref('stg_serving__outcomes') }}

),

answers as (

    select
        assessments.encounter_id,
        assessments.clinic,
        assessments._origin,
        assessments.known_at,
        {{ json_text('member.object', 'problem') }} as problem,
        {{ json_text('member.object', 'version') }} as model_version,
        {{ json_text('member.object', 'is_confident') }} = 'true' as is_confident,
        {{ json_text('member.object', 'probabilities') }} as probabilities
    from assessments
    cross join lateral {{ json_members('assessments.answer', 'is_confident') }} as member (object)

),

proved as (

    select
        answers.encounter_id,
        answers.problem,
        answers.model_version,
        answers._origin,
        answers.known_at,
        answers.is_confident,
        answers.probabilities,
        outcomes.diagnosis_code
    from answers
    inner join outcomes
        on
            answers.encounter_id = outcomes.encounter_id
            and answers.clinic = outcomes.clinic
            and answers.problem = outcomes.problem

),

ranked as (

    select
        proved.*,
        field.column_name as answer_code,
        row_number() over (
            partition by proved.encounter_id, proved.problem
            order by {{ safe_number('field.value') }} desc, field.column_name asc
        ) as place
    from proved
    cross join lateral {{ json_fields('proved.probabilities') }} as field (column_name, value)

),

final as (

    select
        problem,
        model_version,
        _origin as origin,
        cast({{ dbt.date_trunc('month', 'known_at') }} as date) as month_of_answer,
        count(*) as count_confirmed,
        sum(cast(answer_code = diagnosis_code as integer)) as count_right,
        sum(cast(is_confident as integer)) as count_alone,
        sum(cast(is_confident and answer_code = diagnosis_code as integer)) as count_alone_right
    from ranked
    where place = 1
    group by problem, model_version, _origin, {{ dbt.date_trunc('month', 'known_at') }}

)

select * from final
