-- Every role of Semia, made once; its rights stand in grants.sql. Run by the owner.
do $$
declare
    role_name text;
begin
    foreach role_name in array array[
        'semia_ingest', 'semia_dbt', 'semia_ml', 'semia_api', 'semia_analyst', 'semia_replica'
    ] loop
        if not exists (select from pg_catalog.pg_roles where rolname = role_name) then
            execute format('create role %I login', role_name);
        end if;
        -- On a server of somebody else the given user takes each role after logging in.
        if not pg_has_role(current_user, role_name, 'usage') then
            execute format('grant %I to current_user', role_name);
        end if;
    end loop;
end
$$;

-- The clinics' own logins are members of a role each, and those of this one; see serving.sql.
do $$
begin
    if not exists (select from pg_catalog.pg_roles where rolname = 'semia_clinic') then
        create role semia_clinic nologin;
    end if;
end
$$;

-- Only a server's superuser, or who replicates already, may let another replicate.
do $$
begin
    if not (select rolreplication from pg_catalog.pg_roles where rolname = 'semia_replica') then
        alter role semia_replica replication;
    end if;
exception
    when insufficient_privilege then
        raise notice 'semia_replica may not replicate until a superuser allows it';
end
$$;

-- Compiling a point-in-time join of sixty features takes longer than running it.
do $$
begin
    alter role semia_ml set jit = off;
exception
    when insufficient_privilege then
        raise notice 'semia_ml keeps the setting of jit that its own superuser gave it';
end
$$;
