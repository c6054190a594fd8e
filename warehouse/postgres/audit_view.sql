-- Run after the view has been made of audit_faults.sql, which calls nothing that stands in the
-- database: the functions it called before go, and what was granted on it stays.
comment on view serving.audit_faults is 'Rows of the logs that do not fit the chain; none is well.';
drop function if exists serving.content_hash(jsonb);
drop function if exists serving.link_hash(bytea, bigint, bytea);
