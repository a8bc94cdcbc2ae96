using System.Runtime.Versioning;
using Npgsql;

namespace AutoDevOps.Server.Data.Embedded;

/// <summary>A PostgreSQL server that belongs to a data directory: found, started, attached to, stopped.</summary>
/// <remarks>
/// It listens on a Unix socket only, in a folder that nobody but its account may enter; so whoever reaches the socket is let in without a
/// password. The process that holds <c>postgres.lock</c> owns the server and stops it; another process on the same directory attaches. A
/// server whose owner was killed goes on running, and the next owner takes it over.
/// </remarks>
public sealed class EmbeddedPostgres : IAsyncDisposable
{
    private readonly FileStream? _ownership;
    private readonly PostgresServer? _server;
    private readonly string _socketFolder;

    private EmbeddedPostgres(string socketFolder, string version, FileStream? ownership, PostgresServer? server)
    {
        _socketFolder = socketFolder;
        Version = version;
        _ownership = ownership;
        _server = server;
    }

    /// <summary>Such as <c>15.18</c>.</summary>
    public string Version { get; }

    /// <summary>Another process owns the server; it is not stopped with this object.</summary>
    public bool IsAttached => _ownership is null;

    /// <summary>How to connect. The role <c>postgres</c> administers; the program's own work is done as <c>autodevops_app</c>.</summary>
    public string ConnectionStringFor(string database, string user) => ConnectionString(_socketFolder, database, user);

    /// <summary>Starts the server of a data directory, or attaches to it.</summary>
    /// <exception cref="EmbeddedPostgresException">There are no programs, the data is of another version, the directory cannot be used, or
    /// the server does not start; the message says what to do.</exception>
    public static async Task<EmbeddedPostgres> StartAsync(
        EmbeddedPostgresOptions options, ILogger logger, TimeProvider time, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new EmbeddedPostgresException("The embedded PostgreSQL needs Linux or macOS. Give ConnectionStrings:Database a PostgreSQL 15 or newer.");
        }

        var account = ServiceAccount.Choose();
        var folders = await DataFolders.PrepareAsync(options.DataDirectory, account, cancellationToken);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.StartTimeout);
        try
        {
            while (true)
            {
                if (folders.TryOwn() is { } ownership)
                {
                    return await OwnAsync(options, folders, account, ownership, logger, time, deadline.Token);
                }

                // Somebody else starts or runs it. If they give up before it answers, it is our turn.
                if (await VersionAsync(folders.Socket, deadline.Token) is { } version)
                {
                    logger.LogInformation("Attached to PostgreSQL {Version} of {Directory}, which another process runs", version, options.DataDirectory);
                    return new(folders.Socket, version, null, null);
                }

                await Task.Delay(TimeSpan.FromMilliseconds(20), time, deadline.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EmbeddedPostgresException(
                $"PostgreSQL of {options.DataDirectory} did not answer within {options.StartTimeout.TotalSeconds:0} s. {folders.LogTail()}");
        }
    }

    /// <summary>Makes a database if there is none of this name.</summary>
    public async Task EnsureDatabaseAsync(string name, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionStringFor("postgres", "postgres"));
        await using var exists = source.CreateCommand("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)");
        exists.Parameters.AddWithValue(name);
        if (await exists.ExecuteScalarAsync(cancellationToken) is true)
        {
            return;
        }

        try
        {
            await using var create = source.CreateCommand($"CREATE DATABASE \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException problem) when (problem.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another process was faster: there is one now, which is all that was asked.
        }
    }

    /// <summary>Stops the server when we own it: sessions end, everything committed is on disk.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null && !OperatingSystem.IsWindows())
        {
            await _server.StopAsync();
        }

        if (_ownership is not null)
        {
            await _ownership.DisposeAsync();
        }
    }

    internal static async Task<string?> VersionAsync(string socketFolder, CancellationToken cancellationToken)
    {
        if (!File.Exists(Path.Combine(socketFolder, ".s.PGSQL.5432")))
        {
            return null;
        }

        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString(socketFolder, "postgres", "postgres") + ";Pooling=false;Timeout=5");
            await connection.OpenAsync(cancellationToken);
            return connection.PostgreSqlVersion.ToString(2);
        }
        catch (NpgsqlException)
        {
            // Nobody listens yet, or it says that it is starting up.
            return null;
        }
    }

    private static string ConnectionString(string socketFolder, string database, string user) =>
        new NpgsqlConnectionStringBuilder { Host = socketFolder, Port = 5432, Database = database, Username = user }.ConnectionString;

    [UnsupportedOSPlatform("windows")]
    private static async Task<EmbeddedPostgres> OwnAsync(
        EmbeddedPostgresOptions options, DataFolders folders, ServiceAccount account, FileStream ownership, ILogger logger, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            if (await VersionAsync(folders.Socket, cancellationToken) is { } running)
            {
                logger.LogInformation("Took over PostgreSQL {Version} of {Directory}, whose owner had ended without stopping it", running, options.DataDirectory);
                return new(folders.Socket, running, ownership, PostgresServer.Adopt(folders, time));
            }

            var programs = await FindAsync(options, folders, account, logger, cancellationToken);
            await folders.InitializeAsync(programs, account, cancellationToken);
            folders.NoteVersion(programs, logger);
            var server = PostgresServer.Start(programs, folders, account, options.Settings, time);
            var version = await server.WaitUntilReadyAsync(cancellationToken);
            return new(folders.Socket, version, ownership, server);
        }
        catch
        {
            await ownership.DisposeAsync();
            throw;
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static async Task<PostgresPrograms> FindAsync(
        EmbeddedPostgresOptions options, DataFolders folders, ServiceAccount account, ILogger logger, CancellationToken cancellationToken)
    {
        var major = folders.DataMajor();
        var search = new PostgresSearch(account, folders.Cache, logger);
        foreach (var source in options.Sources)
        {
            if (await source.FindAsync(search, major, cancellationToken) is { } found)
            {
                logger.LogInformation("PostgreSQL {Version} from {Folder}", found.Version, found.Folder);
                return found;
            }
        }

        var wanted = major is null ? $"PostgreSQL {PostgresPrograms.OldestMajor} or newer" : $"PostgreSQL {major}, which wrote the data in {folders.Data},";
        throw new EmbeddedPostgresException($"""
            {wanted} was not found. Looked for, in this order:
              {string.Join("\n  ", options.Sources.Select(source => source.Describe))}
            Install one of these, or give ConnectionStrings__Database a server that runs already.{(major is null ? "" : " To move the data to a newer version, dump it with the old one (pg_dump) and restore it into a new data directory.")}
            """);
    }
}
