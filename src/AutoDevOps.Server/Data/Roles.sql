-- Run before the migrations, by a role that may create roles. Safe to run again. Roles belong to the whole server, so several
-- databases share them; none of them may bypass row-level security.
DO $$
DECLARE
    wanted record;
BEGIN
    FOR wanted IN SELECT * FROM (VALUES
        ('autodevops_owner', 'NOLOGIN'),      -- owns the tables and runs migrations; nothing at run time, and no tenant's rows ever
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

    -- It hands functions over to the next two, and must not have what their policies let them see.
    IF (SELECT rolinherit FROM pg_roles WHERE rolname = 'autodevops_owner') THEN
        ALTER ROLE autodevops_owner NOINHERIT;
    END IF;

    FOR wanted IN SELECT * FROM (VALUES
        -- Only so that migrations can hand functions over to them.
        ('autodevops_queue', 'autodevops_owner'),
        ('autodevops_identity', 'autodevops_owner'),
        -- So that app.snapshot_holders sees old transactions of other roles. Who may not give it leaves that unseen, and the watch says so.
        ('pg_read_all_stats', 'autodevops_queue'),
        -- A superuser may become anyone; another administrator must be let.
        ('autodevops_owner', current_user::text)
    ) AS memberships (role, member)
    LOOP
        IF NOT pg_has_role(wanted.member, wanted.role, 'MEMBER')
            OR (wanted.member = current_user AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)) THEN
            BEGIN
                EXECUTE format('GRANT %I TO %I', wanted.role, wanted.member);
            EXCEPTION
                WHEN unique_violation THEN
                    NULL; -- as above
                WHEN insufficient_privilege THEN
                    NULL; -- perhaps a superuser granted it before; if not, becoming the owner says so
            END;
        END IF;
    END LOOP;
END
$$;
