using AutoDevOps.Server.Data;
using AutoDevOps.Server.Data.Embedded;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AutoDevOps.Server.Hosting;

/// <summary>The database of the verbs that bring everything themselves: the one that the configuration names, else our own; migrated.</summary>
internal sealed class LocalDatabase : IAsyncDisposable
{
    private const string Database = "autodevops";
    private const string Administrator = "postgres";
    private const string AppRole = "autodevops_app";

    // Nothing stands between us and our own server: statements are parsed once for each connection, and a connection that holds no
    // state of a session (Db, and a test of it) is given back without a round trip.
    internal const string Tuning = ";Max Auto Prepare=50;Auto Prepare Min Usages=2;No Reset On Close=true";

    private readonly EmbeddedPostgres? _postgres;

    private LocalDatabase(string connectionString, EmbeddedPostgres? postgres) => (ConnectionString, _postgres) = (connectionString, postgres);

    /// <summary>As the application's role.</summary>
    public string ConnectionString { get; }

    /// <summary>What its user should know of it, or null.</summary>
    public string? Notice => _postgres?.VersionBefore is { } before
        ? $"PostgreSQL was {before} when this data was last used and is {_postgres.Version} now."
        : null;

    public static async Task<LocalDatabase> OpenAsync(DataDirectory data, CancellationToken cancellationToken)
    {
        var configuration = Configuration.Read();
        if (Configuration.ConnectionString(configuration, "Database") is { } given)
        {
            await PrepareAsync(given, Configuration.ConnectionString(configuration, "Administrator"), cancellationToken);
            return new LocalDatabase(given, null);
        }

        return await OpenOwnAsync(data, cancellationToken);
    }

    /// <summary>Our own, whatever the configuration names.</summary>
    public static async Task<LocalDatabase> OpenOwnAsync(DataDirectory data, CancellationToken cancellationToken)
    {
        var postgres = await EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions { DataDirectory = data.Postgres }, NullLogger.Instance, TimeProvider.System, cancellationToken);
        try
        {
            await postgres.EnsureDatabaseAsync(Database, cancellationToken);
            await MigrateAsync(postgres.ConnectionStringFor(Database, Administrator), cancellationToken);
            return new LocalDatabase(postgres.ConnectionStringFor(Database, AppRole) + Tuning, postgres);
        }
        catch
        {
            await postgres.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until our own server ends, though nobody here stopped it.</summary>
    /// <returns>Why, or null when this was cancelled first.</returns>
    public async Task<string?> LostAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_postgres is not null)
            {
                return await _postgres.LostAsync(cancellationToken);
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return null;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    public ValueTask DisposeAsync() => _postgres?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static async Task PrepareAsync(string database, string? administrator, CancellationToken cancellationToken)
    {
        if (administrator is { Length: > 0 })
        {
            await MigrateAsync(administrator, cancellationToken);
            return;
        }

        await using var source = AppDataSource.Create(database);
        if (await SchemaVersion.ProblemAsync(new Db(source), cancellationToken) is { } problem)
        {
            throw new StartException($"{problem} (or give ConnectionStrings__Administrator, and it is done at every start).");
        }
    }

    private static async Task MigrateAsync(string administrator, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(administrator);
        await new Migrator(NullLogger<Migrator>.Instance).MigrateAsync(source, cancellationToken);
    }
}
