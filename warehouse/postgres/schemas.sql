-- One schema per step of the way the data flow, each owned by the role that writes it.
create schema if not exists raw authorization semia_ingest;
create schema if not exists reference authorization semia_dbt;
create schema if not exists staging authorization semia_dbt;
create schema if not exists intermediate authorization semia_dbt;
create schema if not exists marts authorization semia_dbt;
create schema if not exists analyst authorization semia_dbt;
create schema if not exists features authorization semia_dbt;
create schema if not exists monitoring authorization semia_dbt;
create schema if not exists registry authorization semia_ml;
create schema if not exists serving;

comment on schema raw is
'Files as they were published, every column text; written by semia_ingest.';
comment on schema reference is 'Seeds: the vocabulary and the sources; written by dbt.';
comment on schema staging is 'One model per raw table, cleaned; written by dbt.';
comment on schema intermediate is 'Sources brought to one shape; written by dbt.';
comment on schema marts is 'De-identified patients, encounters and what was seen; written by dbt.';
comment on schema analyst is
'Counts and averages of groups, none of them small; what analysts may read. Written by dbt.';
comment on schema features is 'Feature tables and spines under contract; written by dbt.';
comment on schema monitoring is 'Drift and data quality; written by dbt and semia_ml.';
comment on schema registry is
'The feature registry and every decision of the gate; written by semia_ml.';
comment on schema serving is 'What was asked and answered; semia_api may only insert.';
