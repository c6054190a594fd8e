-- Who may do what. Default rights cover the tables that dbt drops and makes again.

-- dbt reads what was landed.
grant usage on schema raw to semia_dbt;
grant select on all tables in schema raw to semia_dbt;
alter default privileges for role semia_ingest in schema raw grant select on tables to semia_dbt;

-- Training reads features, spines and the vocabulary, and keeps drift beside dbt's monitoring.
grant usage on schema features, reference, monitoring to semia_ml;
grant create on schema monitoring to semia_ml;
grant select on all tables in schema features, reference, monitoring to semia_ml;
alter default privileges for role semia_dbt in schema features
grant select on tables to semia_ml;
alter default privileges for role semia_dbt in schema reference
grant select on tables to semia_ml;
alter default privileges for role semia_dbt in schema monitoring
grant select on tables to semia_ml;
alter default privileges for role semia_ml in schema monitoring
grant select on tables to semia_dbt;

-- Serving reads features and the vocabulary, and adds rows that it can never change; what it may
-- read back of them stands in audit.sql.
grant usage on schema features, reference, serving to semia_api;
grant select on all tables in schema features, reference to semia_api;
grant insert on all tables in schema serving to semia_api;
alter default privileges for role semia_dbt in schema features
grant select on tables to semia_api;
alter default privileges for role semia_dbt in schema reference
grant select on tables to semia_api;
alter default privileges in schema serving grant insert on tables to semia_api;

-- What was asked and what the doctor confirmed flow back into the models.
grant usage on schema serving to semia_dbt;
grant select on all tables in schema serving to semia_dbt;
alter default privileges in schema serving grant select on tables to semia_dbt;

-- Analysts read groups of patients, never one of them, and the words they are written in.
revoke all on all tables in schema marts from semia_analyst;
revoke usage on schema marts from semia_analyst;
alter default privileges for role semia_dbt in schema marts
revoke select on tables from semia_analyst;
grant usage on schema analyst, reference to semia_analyst;
grant select on all tables in schema analyst, reference to semia_analyst;
alter default privileges for role semia_dbt in schema analyst
grant select on tables to semia_analyst;
alter default privileges for role semia_dbt in schema reference
grant select on tables to semia_analyst;
