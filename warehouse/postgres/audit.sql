-- Who asked what, what was answered, what the doctor said of it: a log that only grows. Each row
-- of it is sealed into a chain of hashes, so that a changed, removed or slipped-in row shows.
-- Run by the owner, after serving.sql.
alter table serving.assessments add column if not exists asked_by text;
comment on column serving.assessments.asked_by is
'Id of the key that asked, or whom a token or proxy names; empty where none was needed.';
comment on column serving.assessments.assessment_id is 'As the answer itself names it.';
comment on column serving.assessments.created_at is 'When it was answered, UTC.';
comment on column serving.assessments.request is
'Age, sex, measurements and signs as asked; no identifier of the patient.';
comment on column serving.assessments.answer is
'Problem, model version, probabilities, confidence and red flags as answered.';

create table if not exists serving.feedback (
    feedback_id uuid primary key,
    assessment_id uuid not null,
    clinic text not null check (clinic ~ '^[a-z0-9_]{1,40}$'),
    created_at timestamptz not null,
    asked_by text,
    problem text not null,
    verdict text not null check (verdict in ('confirmed', 'accepted', 'overridden')),
    answer_code text,
    reason text
);
comment on table serving.feedback is
'What a doctor said of an answer: the confirmed diagnosis returns as a label.';
comment on column serving.feedback.feedback_id is 'Made by the service.';
comment on column serving.feedback.assessment_id is 'The assessment it is about.';
comment on column serving.feedback.clinic is 'Short name of the clinic that said it.';
comment on column serving.feedback.created_at is 'When it was said, UTC.';
comment on column serving.feedback.asked_by is 'Id of the key, or the person, that said it.';
comment on column serving.feedback.problem is 'The question it is about, such as severity.';
comment on column serving.feedback.verdict is 'confirmed, accepted or overridden.';
comment on column serving.feedback.answer_code is 'The answer that proved right, if known.';
comment on column serving.feedback.reason is 'Coded reason of an override.';
select serving.guard_by_clinic('serving.feedback');

-- What the service tells a clinic of its own answers: never what was asked, nor who asked.
grant select (assessment_id, clinic, created_at, answer) on serving.assessments to semia_api;
grant select (feedback_id, assessment_id, clinic, created_at, problem, verdict, answer_code)
on serving.feedback to semia_api;
create index if not exists assessments_by_clinic
on serving.assessments (clinic, created_at desc, assessment_id desc);
create index if not exists feedback_by_assessment on serving.feedback (assessment_id);

create table if not exists serving.audit_chain (
    link_no bigint primary key,
    sealed_at timestamptz not null default clock_timestamp(),
    log text not null,
    row_id uuid not null,
    content_hash bytea not null,
    previous_hash bytea not null,
    chain_hash bytea not null,
    unique (log, row_id)
);
comment on table serving.audit_chain is
'One link for each row of the logs: chain_hash = '
'sha256(previous_hash || link_no || content_hash || sealed_at)';
comment on column serving.audit_chain.link_no is 'Its place in the chain, from 1.';
comment on column serving.audit_chain.sealed_at is 'When the row reached the database.';
comment on column serving.audit_chain.log is 'Table the row is in: assessments or feedback.';
comment on column serving.audit_chain.row_id is 'The row''s own key.';
comment on column serving.audit_chain.content_hash is 'SHA-256 of the row as JSON.';
comment on column serving.audit_chain.previous_hash is 'chain_hash of the link before it.';
comment on column serving.audit_chain.chain_hash is 'What the next link is built on.';

-- When a row was sealed is sealed too; links of before that say so themselves, and so do those of a
-- version of before, which knows no scheme and may be gone back to.
alter table serving.audit_chain add column if not exists scheme smallint not null default 1;
comment on column serving.audit_chain.scheme is
'How chain_hash was made: 1 leaves sealed_at out, 2 does not.';

-- Runs as its owner: the service may add to the logs, and neither read the chain nor forge it.
create or replace function serving.seal() returns trigger
language plpgsql security definer
set search_path to pg_catalog, serving
set timezone to 'UTC'
as $$
declare
    last_link bigint;
    last_hash bytea;
    sealed timestamptz;
    content bytea := sha256(convert_to(cast(to_jsonb(new) as text), 'UTF8'));
    id uuid := cast(to_jsonb(new) ->> tg_argv[0] as uuid);
begin
    perform pg_advisory_xact_lock(hashtext('serving.audit_chain'));
    select link_no, chain_hash into last_link, last_hash
    from serving.audit_chain order by link_no desc limit 1;
    if not found then
        last_link := 0;
        last_hash := sha256('');
    end if;
    sealed := clock_timestamp();
    insert into serving.audit_chain (
        link_no, sealed_at, log, row_id, content_hash, previous_hash, chain_hash, scheme
    ) values (
        last_link + 1, sealed, tg_table_name, id, content, last_hash,
        sha256(last_hash || int8send(last_link + 1) || content || timestamptz_send(sealed)), 2
    );
    return null;
end
$$;

create or replace trigger seal after insert on serving.assessments
for each row execute function serving.seal('assessment_id');
create or replace trigger seal after insert on serving.feedback
for each row execute function serving.seal('feedback_id');

revoke all on serving.audit_chain from semia_api;
revoke execute on function serving.seal() from public;
