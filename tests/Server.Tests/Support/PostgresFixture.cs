using AutoDevOps.Server.Data;
using AutoDevOps.Server.Data.Embedded;
using AutoDevOps.Server.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace AutoDevOps.Server.Tests.Support;

/// <summary>One PostgreSQL for the whole run, with a migrated template that every database of a test is copied from.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private const string Template = "autodevops_template";

    private const string Memory = "/dev/shm";
    private const long EnoughMemory = 4L << 30;

    private readonly string _folder = Path.Combine(Place(), $"autodevops-tests-{Environment.ProcessId}");
    private readonly SemaphoreSlim _copying = new(1);
    private readonly SemaphoreSlim _starting = new(1);
    private EmbeddedPostgres? _server;
    private NpgsqlDataSource? _administrator;
    private PgBouncer? _bouncer;

    public EmbeddedPostgres Server => _server!;

    public async ValueTask InitializeAsync()
    {
        _server = await EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions
            {
                DataDirectory = _folder,
                // Nothing here must survive a power cut, so that the tests need not wait for the disk.
                Settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["fsync"] = "off", ["synchronous_commit"] = "off", ["full_page_writes"] = "off" },
            },
            NullLogger.Instance,
            TimeProvider.System,
            CancellationToken.None);
        _administrator = NpgsqlDataSource.Create(Server.ConnectionStringFor("postgres", "postgres"));
        await _server.EnsureDatabaseAsync(Template, CancellationToken.None);
        await using var administrator = NpgsqlDataSource.Create(_server.ConnectionStringFor(Template, "postgres") + ";Pooling=false");
        await new Migrator(NullLogger<Migrator>.Instance).MigrateAsync(administrator, CancellationToken.None);
    }

    /// <summary>A pooler in front of the server, started when it is first asked for.</summary>
    internal async Task<PgBouncer> BouncerAsync()
    {
        await _starting.WaitAsync();
        try
        {
            return _bouncer ??= await PgBouncer.StartAsync(Server.ConnectionStringFor("postgres", "autodevops_app"));
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>A new database, migrated and empty.</summary>
    public Task<string> CopyTemplateAsync() => CopyAsync(Template);

    /// <summary>A new database that nobody has migrated.</summary>
    public Task<string> CreateEmptyAsync() => CopyAsync("template0");

    public Task DropAsync(string name) => ExecuteAsync($"DROP DATABASE {name} WITH (FORCE)");

    public async ValueTask DisposeAsync()
    {
        if (_bouncer is not null)
        {
            await _bouncer.DisposeAsync();
        }

        if (_server is not null)
        {
            await _administrator!.DisposeAsync();
            await _server.DisposeAsync();
        }

        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private async Task<string> CopyAsync(string template)
    {
        var name = $"test_{Guid.CreateVersion7():N}";
        await _copying.WaitAsync();
        try
        {
            // Through files: the other way writes every page to the log, which nobody reads here.
            await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy");
            // What the migrator says about the database itself is not copied with it.
            await ExecuteAsync($"REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC");
        }
        finally
        {
            _copying.Release();
        }

        return name;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _administrator!.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    // Every test copies a database of 600 files: in memory, where there is enough of it.
    private static string Place() =>
        Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace > EnoughMemory && GC.GetGCMemoryInfo().TotalAvailableMemoryBytes > 2 * EnoughMemory ? Memory
        : OperatingSystem.IsLinux() ? "/var/tmp"
        : Path.GetTempPath();
}
