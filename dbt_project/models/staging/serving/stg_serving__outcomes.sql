-- Meaning: what proved right of an answer, by a test or in time, as the doctor said last: the
--   answer confirmed, or the right one named in its place. One row per assessment and question.
--   That an answer was accepted says that it was found reasonable, not that it was right.
-- Source: serving.feedback, which only grows; a doctor corrects a word by a later one.
-- Misleads: the doctor had seen the answer before saying what is right, and who is followed up is
--   more ill than who is not: incorporation and verification bias (QUADAS-2, Whiting et al. 2011,
--   doi:10.7326/0003-4819-155-8-201110180-00009).
with

feedback as (

    select * from {{ source('serving', 'feedback') }}

),

last_words as (

    select
        *,
        row_number() over (
            partition by assessment_id, clinic, problem
            order by created_at desc, feedback_id desc
        ) as word_number
    from feedback

),

final as (

    select
        {{ consultation_key('assessment_id') }} as encounter_id,
        clinic,
        problem,
        answer_code as diagnosis_code,
        verdict,
        created_at as said_at
    from last_words
    where
        word_number = 1
        and verdict in ('confirmed', 'overridden')
        and answer_code is not null

)

select * from final
