using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Data;

/// <summary>Brings a database up to date: the roles, then the numbered SQL files, each once, in order.</summary>
/// <remarks>Forward only. An applied file never changes: its checksum is kept and compared. Of several processes that start
/// together one migrates, under an advisory lock, and the others find it done.</remarks>
public sealed class Migrator(ILogger<Migrator> logger)
{
    private const long AdvisoryLock = 0x4175_746F_4465_764F;

    /// <summary>The files this program has, by version.</summary>
    public static IReadOnlyList<Migration> Known { get; } = Load();

    /// <summary>Migrates.</summary>
    /// <param name="administrator">A connection as a role that may create roles, to the database to migrate.</param>
    /// <returns>How many files were applied.</returns>
    /// <exception cref="MigrationException">The database is newer than the program, or an applied file was changed.</exception>
    public async Task<int> MigrateAsync(NpgsqlDataSource administrator, CancellationToken cancellationToken)
    {
        await using var connection = await administrator.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition("SELECT pg_advisory_lock(@AdvisoryLock)", new { AdvisoryLock }, commandTimeout: 300, cancellationToken: cancellationToken));
        try
        {
            return await ApplyAsync(connection, cancellationToken);
        }
        finally
        {
            await connection.ExecuteAsync("SELECT pg_advisory_unlock(@AdvisoryLock)", new { AdvisoryLock });
        }
    }

    private async Task<int> ApplyAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(new CommandDefinition(Resource("Roles.sql"), cancellationToken: cancellationToken));
        await connection.ExecuteAsync(new CommandDefinition(Sql.Prepare, cancellationToken: cancellationToken));
        var applied = (await connection.QueryAsync<(int Version, byte[] Checksum)>(Sql.Applied)).ToDictionary(row => row.Version, row => row.Checksum);
        RefuseSurprises(applied);

        var pending = Known.Where(migration => !applied.ContainsKey(migration.Version)).ToList();
        foreach (var migration in pending)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            // Data and schema belong to the owner; a lock that does not come soon is given up instead of blocking the application.
            await connection.ExecuteAsync(new CommandDefinition(
                $"SET LOCAL ROLE autodevops_owner; SET LOCAL lock_timeout = '10s';\n{migration.Text}", commandTimeout: 3600, cancellationToken: cancellationToken));
            await connection.ExecuteAsync(new CommandDefinition(Sql.Record, migration, cancellationToken: cancellationToken));
            await transaction.CommitAsync(cancellationToken);
            Log.Applied(logger, migration.Version, migration.Name);
        }

        return pending.Count;
    }

    private static void RefuseSurprises(Dictionary<int, byte[]> applied)
    {
        foreach (var (version, checksum) in applied)
        {
            var known = Known.FirstOrDefault(migration => migration.Version == version)
                ?? throw new MigrationException(
                    $"The database has migration {version:0000}, which this version of the program does not know. Start the newer version that migrated it.");
            if (!known.Checksum.AsSpan().SequenceEqual(checksum))
            {
                throw new MigrationException(
                    $"Migration {version:0000} ({known.Name}) was changed after it had been applied. Restore the file; put the change into a new one.");
            }
        }
    }

    private static List<Migration> Load()
    {
        const string prefix = "Migrations.";
        return [.. typeof(Migrator).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name =>
            {
                var file = name[prefix.Length..^".sql".Length];
                var text = Resource(name);
                return new Migration(
                    int.Parse(file[..4], System.Globalization.CultureInfo.InvariantCulture), file[5..], text, SHA256.HashData(Encoding.UTF8.GetBytes(text)));
            })];
    }

    private static string Resource(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is not in the program.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    private static class Sql
    {
        public const string Prepare = """
            DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO autodevops_owner', current_database()); END $$;
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

        public const string Applied = "SELECT version, checksum FROM schema_migrations";

        public const string Record = "INSERT INTO schema_migrations (version, name, checksum) VALUES (@Version, @Name, @Checksum)";
    }

    private static class Log
    {
        private static readonly Action<ILogger, int, string, Exception?> ApplyMessage = LoggerMessage.Define<int, string>(
            LogLevel.Information, new EventId(1, "MigrationApplied"), "Applied migration {Version:0000} {Name}");

        public static void Applied(ILogger logger, int version, string name) => ApplyMessage(logger, version, name, null);
    }
}

/// <param name="Name">The rest of the file's name.</param>
public sealed record Migration(int Version, string Name, string Text, byte[] Checksum);

/// <summary>The database cannot be migrated by this program; the message says what to do.</summary>
public sealed class MigrationException(string message) : Exception(message);
