-- What was asked and answered, each row seen by its own clinic alone. Run by the owner.
create table if not exists serving.assessments (
    assessment_id uuid primary key,
    clinic text not null check (clinic ~ '^[a-z0-9_]{1,40}$'),
    created_at timestamptz not null,
    request jsonb not null,
    answer jsonb not null
);

comment on table serving.assessments is
'One row per answer given: what was asked of the models, de-identified, and what they said.';
comment on column serving.assessments.clinic is
'Short name of the clinic that asked; only its own logins and dbt may read the row.';

-- Whatever has a clinic is guarded: the service writes for the clinic it has declared and reads of
-- it the columns it is granted, a clinic reads its own rows, and dbt learns from all of them. Call
-- it for each new table of the schema.
create or replace function serving.guard_by_clinic(guarded regclass) returns void
language plpgsql as $$
begin
    execute format('alter table %s enable row level security', guarded);
    execute format('drop policy if exists write_for_own_clinic on %s', guarded);
    execute format('drop policy if exists read_back_for_own_clinic on %s', guarded);
    execute format('drop policy if exists read_own_clinic on %s', guarded);
    execute format('drop policy if exists learn_from_every_clinic on %s', guarded);
    execute format(
        'create policy write_for_own_clinic on %s for insert to semia_api '
        'with check (clinic = current_setting(''semia.clinic'', true))', guarded
    );
    execute format(
        'create policy read_back_for_own_clinic on %s for select to semia_api '
        'using (clinic = current_setting(''semia.clinic'', true))', guarded
    );
    execute format(
        'create policy read_own_clinic on %s for select to semia_clinic '
        'using (clinic in (select serving.own_clinics()))', guarded
    );
    execute format(
        'create policy learn_from_every_clinic on %s for select to semia_dbt using (true)', guarded
    );
    execute format('grant select on %s to semia_clinic', guarded);
end
$$;

-- A clinic is a role; who is a member of semia_clinic_norte reads what clinic norte asked.
create or replace function serving.own_clinics() returns setof text
language sql stable as $$
    select substr(rolname, length('semia_clinic_') + 1)
    from pg_catalog.pg_roles
    where starts_with(rolname, 'semia_clinic_') and pg_has_role(current_user, oid, 'member')
$$;

create or replace function serving.open_clinic(clinic text) returns void
language plpgsql as $$
begin
    if clinic !~ '^[a-z0-9_]{1,40}$' then
        raise 'a clinic is called by up to 40 letters, digits and underscores, not "%"', clinic;
    end if;
    execute format('create role %I nologin in role semia_clinic', 'semia_clinic_' || clinic);
end
$$;

revoke execute on function serving.guard_by_clinic(regclass) from public;
revoke execute on function serving.open_clinic(text) from public;
grant usage on schema serving to semia_clinic;

do $$
declare
    guarded regclass;
begin
    for guarded in
        select attrelid::regclass
        from pg_catalog.pg_attribute
        inner join pg_catalog.pg_class on pg_class.oid = attrelid
        where relnamespace = 'serving'::regnamespace and relkind in ('r', 'p')
            and attname = 'clinic' and not attisdropped
    loop
        perform serving.guard_by_clinic(guarded);
    end loop;
end
$$;
