using System.Net.Sockets;
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
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(1);

    private readonly FileStream? _ownership;
    private readonly PostgresServer? _server;
    private readonly string _socketFolder;

    private EmbeddedPostgres(string socketFolder, string version, FileStream? ownership, PostgresServer? server, string? versionBefore = null)
    {
        _socketFolder = socketFolder;
        Version = version;
        VersionBefore = versionBefore;
        _ownership = ownership;
        _server = server;
    }

    /// <summary>Such as <c>15.18</c>.</summary>
    public string Version { get; }

    /// <summary>The version that last ran on this data, when it was another one of the same major version; else null.</summary>
    public string? VersionBefore { get; }

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

        var account = await ServiceAccount.ChooseAsync(DataFolders.DataOf(options.DataDirectory), cancellationToken);
        var folders = await DataFolders.PrepareAsync(options.DataDirectory, account, cancellationToken);
        using var deadline = new StartDeadline(options.StartTimeout, cancellationToken);
        try
        {
            while (true)
            {
                if (folders.TryOwn() is { } ownership)
                {
                    return await OwnAsync(options, folders, account, ownership, logger, time, deadline);
                }

                // Somebody else starts or runs it. If they give up before it answers, it is our turn.
                if (await VersionAsync(folders.Socket, deadline.Token) is { } version)
                {
                    logger.LogInformation("Attached to PostgreSQL {Version} of {Directory}, which another process runs", version, options.DataDirectory);
                    return new(folders.Socket, version, null, null);
                }

                await Task.Delay(Poll, time, deadline.Token);
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
        await using var exists = source.CreateCommand(Sql.DatabaseExists);
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

    /// <summary>Waits until the server ends, though nobody here stopped it: its disk is full, or somebody killed it.</summary>
    /// <returns>Why, as far as its log says; of a server that another process owns, that it is gone.</returns>
    public async Task<string> LostAsync(CancellationToken cancellationToken)
    {
        if (_server is not null && !OperatingSystem.IsWindows())
        {
            return await _server.LostAsync(cancellationToken);
        }

        do
        {
            await Task.Delay(Watch, TimeProvider.System, cancellationToken);
        }
        while (IsListening(_socketFolder));

        return "The process that had started it has ended, and the database with it";
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

    /// <summary>Whether there is a server, however busy: one that ends takes its socket with it, and that of one that was killed refuses.</summary>
    private static bool IsListening(string socketFolder)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(Path.Combine(socketFolder, ".s.PGSQL.5432")));
            return true;
        }
        catch (SocketException)
        {
            return false;
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
        EmbeddedPostgresOptions options, DataFolders folders, ServiceAccount account, FileStream ownership, ILogger logger, TimeProvider time, StartDeadline deadline)
    {
        PostgresServer? server = null;
        try
        {
            if (await LeftRunningAsync(folders, time, deadline.Token) is { } running)
            {
                logger.LogInformation("Took over PostgreSQL {Version} of {Directory}, whose owner had ended without stopping it", running, options.DataDirectory);
                return new(folders.Socket, running, ownership, PostgresServer.Adopt(folders, time));
            }

            // Fetching programs may take longer than a server may take to start.
            var programs = await PostgresSources.FindAsync(options.Sources ?? PostgresSources.Default, folders, account, logger, deadline.Cancellation);
            deadline.Restart();
            await folders.InitializeAsync(programs, account, deadline.Token);
            var before = folders.NoteVersion(programs);
            server = PostgresServer.Start(programs, folders, account, options.Settings, time);
            return new(folders.Socket, await server.WaitUntilReadyAsync(deadline.Token), ownership, server, before);
        }
        catch
        {
            if (server is not null)
            {
                await server.StopAsync();
            }

            await ownership.DisposeAsync();
            throw;
        }
    }

    /// <summary>What an owner that was killed left: its server, which may still be starting, or processes that are about to end.</summary>
    /// <returns>The version of the server that runs on, or null: the way is clear.</returns>
    [UnsupportedOSPlatform("windows")]
    private static async Task<string?> LeftRunningAsync(DataFolders folders, TimeProvider time, CancellationToken cancellationToken)
    {
        var file = new PostmasterFile(folders.Data);
        do
        {
            if (await VersionAsync(folders.Socket, cancellationToken) is { } version)
            {
                return version;
            }

            if (!file.IsServerAlive && !file.IsAnythingAlive)
            {
                file.RemoveIfReused();
                return null;
            }

            await Task.Delay(Poll, time, cancellationToken);
        }
        while (true);
    }

    /// <summary>How long starting may take; begins anew after the programs were found.</summary>
    private sealed class StartDeadline : IDisposable
    {
        private readonly TimeSpan _most;
        private readonly CancellationTokenSource _source;

        public StartDeadline(TimeSpan most, CancellationToken cancellation)
        {
            (_most, Cancellation) = (most, cancellation);
            _source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            Restart();
        }

        public CancellationToken Token => _source.Token;

        /// <summary>The caller's own wish to stop.</summary>
        public CancellationToken Cancellation { get; }

        public void Restart() => _source.CancelAfter(_most);

        public void Dispose() => _source.Dispose();
    }

    private static class Sql
    {
        public const string DatabaseExists = "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)";
    }
}
