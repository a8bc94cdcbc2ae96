using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using AutoDevOps.Benchmarks.Jobs;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Data.Embedded;
using AutoDevOps.Server.Hosting;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Security;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AutoDevOps.Benchmarks.Streams;

/// <summary>How long an event takes from the worker that writes it to the clients that watch: a serving process, a worker in another, and
/// clients over TCP, all on this machine.</summary>
internal static class StreamsBenchmark
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(400);

    /// <param name="arguments">How many streams (1000), and for how many seconds each scene is measured (20).</param>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var streams = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 1000;
        var seconds = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 20;
        var folder = Directory.CreateDirectory(Path.Combine("/var/tmp", $"autodevops-bench-{Environment.ProcessId}")).FullName;
        try
        {
            await using var postgres = await EmbeddedPostgres.StartAsync(
                new EmbeddedPostgresOptions { DataDirectory = Path.Combine(folder, "postgres") }, NullLogger.Instance, TimeProvider.System, CancellationToken.None);
            Console.WriteLine($"{streams} streams of events, {seconds} s for each row; from the moment that the database gives an event to its arrival at a client.");
            Console.WriteLine();
            Console.WriteLine("| organizations | streams of each | clients that do not read | deliveries/s | p50 | p95 | p99 | most | memory of the server | for a stream |");
            Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
            foreach (var (tenants, deaf) in new[] { (streams, 0), (Math.Max(1, streams / 20), 0), (1, 0), (Math.Max(1, streams / 20), streams / 10) })
            {
                await MeasureAsync(postgres, folder, new Scene(streams, tenants, deaf), seconds);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    private static async Task MeasureAsync(EmbeddedPostgres postgres, string folder, Scene scene, int seconds)
    {
        var name = $"streams_{scene.Tenants}_{scene.Deaf}";
        await postgres.EnsureDatabaseAsync(name, CancellationToken.None);
        await using var administrator = NpgsqlDataSource.Create(postgres.ConnectionStringFor(name, "postgres") + ";Pooling=false");
        await new Migrator(NullLogger<Migrator>.Instance).MigrateAsync(administrator, CancellationToken.None);
        var app = postgres.ConnectionStringFor(name, "autodevops_app") + LocalDatabase.Tuning + ";Maximum Pool Size=40";
        var tenants = await AddTenantsAsync(administrator, scene.Tenants);
        using var server = await BenchServer.StartAsync(app, Path.Combine(folder, name), scene.Streams);
        await using var audience = new Audience(server.Address);
        var before = server.MemoryBytes;
        for (var i = 0; i < scene.Streams; i++)
        {
            await audience.OpenAsync(tenants[i % tenants.Count].Token, isDeaf: i < scene.Deaf);
        }

        var (idle, jobs) = (server.MemoryBytes, Math.Min(20, scene.Tenants));
        using var enough = new CancellationTokenSource();
        await using var worker = new BenchProcess(app, jobs, (job, cancellation) => TellAsync(job, enough.Token));
        await worker.StartAsync();
        await EnqueueAsync(worker, tenants, jobs);
        await Task.Delay(TimeSpan.FromSeconds(3));
        audience.Begin();
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        var waits = audience.End();
        await enough.CancelAsync();
        string At(double part) => string.Create(CultureInfo.InvariantCulture, $"{(waits.Count == 0 ? double.NaN : waits[(int)Math.Ceiling(part * waits.Count) - 1]):0.0} ms");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {scene.Tenants} | {scene.Streams / scene.Tenants} | {scene.Deaf} | {waits.Count / (double)seconds:0} | {At(0.5)} | {At(0.95)} | {At(0.99)} | {At(1)} | {server.MemoryBytes / 1e6:0} MB | {(idle - before) / 1e3 / scene.Streams:0} kB |"));
    }

    // A job that says how far it is as often as the product lets it, each time with a new stage.
    private static async Task<JobOutcome> TellAsync(Job<Noop.Args> job, CancellationToken enough)
    {
        for (var step = 0; !enough.IsCancellationRequested; step++)
        {
            await job.ReportAsync(step % 2 == 0 ? "tick" : "tock", step, int.MaxValue, CancellationToken.None);
            await Task.WhenAny(Task.Delay(Pause, enough));
        }

        return JobOutcome.Completed;
    }

    private static async Task EnqueueAsync(BenchProcess worker, List<Tenant> tenants, int jobs)
    {
        var (db, queue) = (worker.Services.GetRequiredService<Db>(), worker.Services.GetRequiredService<JobQueue>());
        for (var i = 0; i < jobs; i++)
        {
            var tenant = tenants[i * tenants.Count / jobs];
            await db.InTransactionAsync(Caller.User(tenant.User), connection => queue.EnqueueAsync(connection, tenant.Organization, new Noop.Args(0)), CancellationToken.None);
        }
    }

    private static async Task<List<Tenant>> AddTenantsAsync(NpgsqlDataSource administrator, int count)
    {
        List<Tenant> tenants = [.. Enumerable.Range(0, count).Select(_ => new Tenant(Guid.CreateVersion7(), Guid.CreateVersion7(), RandomToken.Create(RandomToken.ApiTokenPrefix)))];
        await using var command = administrator.CreateCommand(Sql.Tenants);
        command.Parameters.AddWithValue(tenants.Select(tenant => tenant.Organization).ToArray());
        command.Parameters.AddWithValue(tenants.Select(tenant => tenant.User).ToArray());
        command.Parameters.AddWithValue(tenants.Select(tenant => RandomToken.Hash(tenant.Token)).ToArray());
        await command.ExecuteNonQueryAsync();
        return tenants;
    }

    private sealed record Scene(int Streams, int Tenants, int Deaf);

    private sealed record Tenant(Guid Organization, Guid User, string Token);

    private static class Sql
    {
        public const string Tenants = """
            WITH given AS (SELECT * FROM unnest($1, $2, $3) AS given (organization, person, hash)),
                 people AS (INSERT INTO users (id, login, name) SELECT person, 'u' || person, 'bench' FROM given RETURNING id),
                 made AS (INSERT INTO organizations (id, name) SELECT organization, 'bench' FROM given RETURNING id),
                 members AS (INSERT INTO organization_members (organization_id, user_id, role) SELECT organization, person, 'owner' FROM given RETURNING user_id)
            INSERT INTO api_tokens (id, organization_id, user_id, name, token_hash, scopes, expires_at)
            SELECT gen_random_uuid(), organization, person, 'bench', hash, '{read,write}', now() + interval '1 day' FROM given
            """;
    }
}

/// <summary>The program itself with the verb <c>serve</c>, as a process of its own.</summary>
internal sealed class BenchServer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    private BenchServer(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    /// <summary>What it keeps in memory now.</summary>
    public double MemoryBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public static async Task<BenchServer> StartAsync(string database, string data, int streams)
    {
        var port = FreePort();
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "autodevops-server.dll"), "serve", "--port", port, "--data", data])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.Environment["ConnectionStrings__Database"] = database;
        start.Environment["AutoDevOps__Http__Listen"] = "localhost";
        start.Environment["AutoDevOps__Http__MetricsPort"] = "0";
        start.Environment["AutoDevOps__Jobs__StreamsPerUser"] = Math.Clamp(streams, 1, 1000).ToString(CultureInfo.InvariantCulture);
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var address = new Uri($"http://localhost:{port}");
        using var client = new HttpClient { BaseAddress = address };
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < Patience; await Task.Delay(100))
        {
            try
            {
                if ((await client.GetAsync("/ready")).IsSuccessStatusCode)
                {
                    return new BenchServer(process, address);
                }
            }
            catch (HttpRequestException) when (!process.HasExited)
            {
                // Not listening yet.
            }
        }

        process.Kill();
        throw new TimeoutException($"The server was not ready within {Patience.TotalSeconds:0} seconds.");
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static string FreePort()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }
}
