using AutoDevOps.Server.Data.Embedded;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Data;

/// <summary>Brings a database up to date: the roles, then the numbered SQL files, each once, in order.</summary>
/// <remarks>Forward only. An applied file never changes: its checksum is kept and compared. Of several processes that start
/// together one migrates, under an advisory lock, and the others find it done.</remarks>
public sealed class Migrator(ILogger<Migrator> logger, IReadOnlyList<Migration>? migrations = null)
{
    private const long AdvisoryLock = 0x4175_746F_4465_764F;
    private const int LongestWaitSeconds = 300;
    private const int LongestMigrationSeconds = 3600;

    private readonly IReadOnlyList<Migration> _migrations = migrations ?? Migration.Known;

    /// <summary>Migrates.</summary>
    /// <param name="administrator">Connections to the database to migrate, straight to the server and not through a pooler, as a
    /// superuser or as a role that may create roles and owns the database.</param>
    /// <returns>How many files were applied.</returns>
    /// <exception cref="MigrationException">The database is newer than the program, an applied file was changed, the role may not do
    /// it, or a file failed; what it did was undone.</exception>
    public async Task<int> MigrateAsync(NpgsqlDataSource administrator, CancellationToken cancellationToken)
    {
        await using var connection = await administrator.OpenConnectionAsync(cancellationToken);
        if (connection.PostgreSqlVersion.Major < PostgresPrograms.OldestMajor)
        {
            throw new MigrationException(
                $"The database is PostgreSQL {connection.PostgreSqlVersion.ToString(2)}; this program needs {PostgresPrograms.OldestMajor} or newer.");
        }

        await connection.ExecuteAsync(new CommandDefinition(Sql.Lock, new { AdvisoryLock }, commandTimeout: LongestWaitSeconds, cancellationToken: cancellationToken));
        try
        {
            await PrepareAsync(connection, cancellationToken);
            return await ApplyAsync(connection, cancellationToken);
        }
        finally
        {
            // A connection that broke has let go of it already.
            if (connection.State == System.Data.ConnectionState.Open)
            {
                await connection.ExecuteAsync(Sql.Unlock, new { AdvisoryLock });
            }
        }
    }

    private static async Task PrepareAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await connection.ExecuteAsync(new CommandDefinition(Migration.Resource("Roles.sql"), cancellationToken: cancellationToken));
            await connection.ExecuteAsync(new CommandDefinition(Sql.Prepare, cancellationToken: cancellationToken));
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new MigrationException(
                $"The role '{connection.UserName}' may not migrate this database ({exception.MessageText}). It must be a superuser, or own the database, have CREATEROLE and be a member of autodevops_owner.",
                exception);
        }

        if (await connection.QueryFirstOrDefaultAsync<TooPowerful>(Sql.TooPowerful) is { } found)
        {
            throw new MigrationException(
                $"The role {found.Role} {found.Power}, so that row-level security would not keep organizations apart. Take it away (ALTER ROLE {found.Role} NOSUPERUSER NOBYPASSRLS NOCREATEROLE; REVOKE ... FROM {found.Role}), and migrate again.");
        }
    }

    private async Task<int> ApplyAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var applied = (await connection.QueryAsync<(int Version, byte[] Checksum)>(Sql.Applied)).ToDictionary(row => row.Version, row => row.Checksum);
        RefuseSurprises(applied);

        var pending = _migrations.Where(migration => !applied.ContainsKey(migration.Version)).ToList();
        foreach (var migration in pending)
        {
            try
            {
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                // Data and schema belong to the owner; a lock that does not come soon is given up instead of blocking the application.
                await connection.ExecuteAsync(new CommandDefinition(
                    $"{Sql.Become};\n{migration.Text}", commandTimeout: LongestMigrationSeconds, cancellationToken: cancellationToken));
                await connection.ExecuteAsync(new CommandDefinition(
                    Sql.Record, new { migration.Version, migration.Name, migration.Checksum }, cancellationToken: cancellationToken));
                await transaction.CommitAsync(CancellationToken.None);
            }
            catch (PostgresException exception)
            {
                var cure = exception.SqlState == PostgresErrorCodes.LockNotAvailable ? " Something else holds a table for long: find it in pg_stat_activity, and migrate again." : "";
                throw new MigrationException(
                    $"Migration {migration.Version:0000} ({migration.Name}) failed, and nothing of it was kept: {exception.MessageText}.{cure}", exception);
            }

            logger.LogInformation("Applied migration {Version:0000} {Name}", migration.Version, migration.Name);
        }

        return pending.Count;
    }

    private void RefuseSurprises(Dictionary<int, byte[]> applied)
    {
        foreach (var (version, checksum) in applied)
        {
            var known = _migrations.FirstOrDefault(migration => migration.Version == version)
                ?? throw new MigrationException(
                    $"The database has migration {version:0000}, which this version of the program does not know. Start the newer version that migrated it.");
            if (!known.Checksum.AsSpan().SequenceEqual(checksum))
            {
                throw new MigrationException(
                    $"Migration {version:0000} ({known.Name}) was changed after it had been applied. Restore the file; put the change into a new one.");
            }
        }
    }

    private sealed record TooPowerful(string Role, string Power);

    private static class Sql
    {
        public const string Lock = "SELECT pg_advisory_lock(@AdvisoryLock)";

        public const string Unlock = "SELECT pg_advisory_unlock(@AdvisoryLock)";

        public const string Prepare = """
            DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO autodevops_owner', current_database()); END $$;
            -- A database that was made before PostgreSQL 15 lets everybody create in public, and any lets everybody create temporary
            -- objects: what stands there may be found in place of what a function means.
            DO $$ BEGIN EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()); END $$;
            REVOKE CREATE ON SCHEMA public FROM PUBLIC;
            GRANT CREATE, USAGE ON SCHEMA public TO autodevops_owner;
            GRANT USAGE ON SCHEMA public TO autodevops_app, autodevops_queue, autodevops_identity;
            CREATE TABLE IF NOT EXISTS schema_migrations (
                version    integer PRIMARY KEY,
                name       text NOT NULL,
                checksum   bytea NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT now()
            );
            ALTER TABLE schema_migrations OWNER TO autodevops_owner;
            GRANT SELECT ON schema_migrations TO autodevops_app;
            """;

        public const string TooPowerful = """
            SELECT rolname::text AS "Role", 'is a superuser, bypasses row-level security or makes roles' AS "Power"
            FROM pg_roles
            WHERE rolname IN ('autodevops_owner', 'autodevops_queue', 'autodevops_identity', 'autodevops_app')
              AND (rolsuper OR rolbypassrls OR rolcreaterole)
            UNION ALL
            -- The owner first: whoever may become it may become those that it hands functions to.
            SELECT 'autodevops_app', 'may become ' || string_agg(rolname, ', ' ORDER BY rolname <> 'autodevops_owner', rolname)
            FROM pg_roles
            WHERE (rolsuper OR rolbypassrls OR rolname IN ('autodevops_owner', 'autodevops_queue', 'autodevops_identity'))
              AND rolname <> 'autodevops_app' AND pg_has_role('autodevops_app', oid, 'MEMBER')
            HAVING count(*) > 0
            """;

        public const string Applied = "SELECT version, checksum FROM schema_migrations";

        public const string Become = "SET LOCAL ROLE autodevops_owner; SET LOCAL lock_timeout = '10s'";

        public const string Record = "INSERT INTO schema_migrations (version, name, checksum) VALUES (@Version, @Name, @Checksum)";
    }
}
