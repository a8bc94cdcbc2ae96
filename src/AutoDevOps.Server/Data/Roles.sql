-- Run before the migrations, by a role that may create roles. Safe to run again. Roles belong to the whole server, so several
-- databases share them; none of them may bypass row-level security.
DO $$
DECLARE
    wanted record;
BEGIN
    FOR wanted IN SELECT * FROM (VALUES
        ('autodevops_owner', 'NOLOGIN'),      -- owns the tables and runs migrations; nothing at run time
        ('autodevops_queue', 'NOLOGIN'),      -- owns the functions of the job protocol
        ('autodevops_identity', 'NOLOGIN'),   -- owns the functions that say who a caller is
        ('autodevops_app', 'LOGIN')           -- what the program connects as
    ) AS roles (name, login)
    LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted.name) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I %s NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', wanted.name, wanted.login);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL; -- another database of this server is being migrated at the same moment
            END;
        END IF;
    END LOOP;

    -- Only so that migrations can hand functions over to them.
    FOR wanted IN SELECT unnest(ARRAY['autodevops_queue', 'autodevops_identity']) AS name LOOP
        IF NOT EXISTS (
            SELECT FROM pg_auth_members
            WHERE roleid = wanted.name::regrole AND member = 'autodevops_owner'::regrole) THEN
            EXECUTE format('GRANT %I TO autodevops_owner', wanted.name);
        END IF;
    END LOOP;
END
$$;
