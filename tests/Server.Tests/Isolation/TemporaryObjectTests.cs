using AutoDevOps.Server.Data;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Tests.Isolation;

/// <summary>Functions with the rights of others mean what they mean, whatever whoever calls them has made.</summary>
public sealed class TemporaryObjectTests(IsolationWorld world) : IClassFixture<IsolationWorld>
{
    [Fact]
    public async Task Nobody_may_make_temporary_objects()
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => world.Database.Db.QueryAsync<int>(Caller.User(world[Actor.Stranger].User!.Value), "CREATE TEMPORARY TABLE jobs (id uuid)", null, TestContext.Current.CancellationToken));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    /// <summary>If they could all the same: types and tables of theirs, named like what functions mention, must not run with the functions'
    /// rights. A search path that is empty, or does not name pg_temp, finds them first.</summary>
    [Fact]
    public async Task Temporary_objects_do_not_stand_in_for_what_functions_mean()
    {
        await using var connection = await world.Database.Administrator.OpenConnectionAsync();
        await ProbeRunner.InstallAsync(connection);
        var file = MatrixFile.Read("functions.matrix");
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync(Sql.Traps);
        var differences = file.Differences(await ProbeRunner.RunAsync(connection, [.. new FunctionCells(world).Of(file)]));
        Assert.True(differences.Length == 0, differences);

        // The trap works: it catches a function that is made without the path.
        await connection.ExecuteAsync("ALTER FUNCTION app.caller_operates() SET search_path = ''");
        Assert.False(file.Holds(await ProbeRunner.RunAsync(connection, [.. new FunctionCells(world).Of(file, "caller_operates")])));
    }

    private static class Sql
    {
        // A domain for each type that is in use, whose check asks who runs it; and a table for each table.
        public const string Traps = """
            DO $$
            DECLARE
                t text;
            BEGIN
                EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO autodevops_app', current_database());
                SET LOCAL ROLE autodevops_app;
                CREATE FUNCTION pg_temp.is_caught() RETURNS pg_catalog.bool LANGUAGE plpgsql AS $trap$
                BEGIN
                    IF current_user NOT IN ('autodevops_app', 'postgres', 'autodevops_owner', 'test_outsider') THEN
                        RAISE EXCEPTION 'caught %', current_user USING ERRCODE = 'TRAP1';
                    END IF;
                    RETURN true;
                END
                $trap$;
                GRANT ALL ON FUNCTION pg_temp.is_caught() TO PUBLIC;
                FOREACH t IN ARRAY ARRAY['uuid', 'text', 'int4', 'int8', 'int2', 'bool', 'timestamptz', 'interval', 'jsonb', 'bytea'] LOOP
                    EXECUTE format('CREATE DOMAIN pg_temp.%I AS pg_catalog.%I CHECK (pg_temp.is_caught())', t, t);
                    EXECUTE format('GRANT USAGE ON TYPE pg_temp.%I TO PUBLIC', t);
                END LOOP;
                FOREACH t IN ARRAY ARRAY['jobs', 'users', 'organization_members', 'sessions', 'api_tokens', 'sign_in_links', 'audit_log', 'queues', 'analyses', 'pipelines'] LOOP
                    EXECUTE format('CREATE TEMPORARY TABLE %I (id pg_catalog.uuid) ON COMMIT DROP', t);
                END LOOP;
                RESET ROLE;
            END
            $$;
            """;
    }
}
