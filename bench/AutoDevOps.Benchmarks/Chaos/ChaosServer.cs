using System.Globalization;
using System.Runtime.Versioning;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Data.Embedded;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AutoDevOps.Benchmarks.Chaos;

/// <summary>The PostgreSQL of the run, which is torn down and started again.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ChaosServer : IAsyncDisposable
{
    private const string Database = "chaos";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly EmbeddedPostgresOptions _options;
    private readonly List<(DateTime From, DateTime To)> _outages = [];
    private EmbeddedPostgres _postgres;

    private ChaosServer(EmbeddedPostgresOptions options, EmbeddedPostgres postgres)
    {
        (_options, _postgres) = (options, postgres);
        Administrator = NpgsqlDataSource.Create(postgres.ConnectionStringFor(Database, "postgres"));
        App = postgres.ConnectionStringFor(Database, "autodevops_app");
    }

    /// <summary>How a worker connects. The same after every restart.</summary>
    public string App { get; }

    public NpgsqlDataSource Administrator { get; }

    /// <summary>When nobody could reach it.</summary>
    public IReadOnlyList<(DateTime From, DateTime To)> Outages => _outages;

    public static async Task<ChaosServer> StartAsync(string folder)
    {
        var options = new EmbeddedPostgresOptions
        {
            DataDirectory = folder,
            // Its processes die here, the machine does not: what is written is there again without a disk. A commit is still one.
            Settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["fsync"] = "off", ["synchronous_commit"] = "on" },
        };
        var postgres = await StartAsync(options);
        await postgres.EnsureDatabaseAsync(Database, CancellationToken.None);
        var server = new ChaosServer(options, postgres);
        await new Migrator(NullLogger<Migrator>.Instance).MigrateAsync(server.Administrator, CancellationToken.None);
        return server;
    }

    /// <summary>What <c>pg_ctl -m immediate</c> does: every process of it ends at once, nothing is written down, and the next start recovers
    /// from the log. It is started again as whoever PostgreSQL may run as.</summary>
    public async Task RestartAsync()
    {
        var from = TimeProvider.System.GetUtcNow().UtcDateTime;
        var id = int.Parse(File.ReadLines(Path.Combine(_options.DataDirectory, "postgres", "postmaster.pid")).First(), CultureInfo.InvariantCulture);
        Posix.Signal(id, Posix.Quit);
        while (Directory.Exists($"/proc/{id}") && !await IsZombieAsync(id))
        {
            await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
        }

        await _postgres.DisposeAsync();
        _postgres = await StartAsync(_options);
        _outages.Add((from, TimeProvider.System.GetUtcNow().UtcDateTime));
    }

    /// <summary>Does it as the superuser, again and again until the server is there to do it.</summary>
    public async Task<T> InsistAsync<T>(Func<NpgsqlConnection, Task<T>> work)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                await using var connection = await Administrator.OpenConnectionAsync();
                return await work(connection);
            }
            catch (NpgsqlException problem) when (problem.IsTransient && TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(1))
            {
                await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Administrator.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    private static Task<EmbeddedPostgres> StartAsync(EmbeddedPostgresOptions options) =>
        EmbeddedPostgres.StartAsync(options, NullLogger.Instance, TimeProvider.System, CancellationToken.None);

    // Ended, and nobody has asked yet how.
    private static async Task<bool> IsZombieAsync(int id)
    {
        try
        {
            var status = await File.ReadAllTextAsync($"/proc/{id}/stat");
            return status[(status.LastIndexOf(')') + 2)..].StartsWith('Z');
        }
        catch (IOException)
        {
            return true;
        }
    }
}
