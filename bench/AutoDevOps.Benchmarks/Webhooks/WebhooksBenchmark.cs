using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Data.Embedded;
using AutoDevOps.Server.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AutoDevOps.Benchmarks.Webhooks;

/// <summary>How long signed deliveries wait for their answer: of ours, of an endpoint that only inserts a row, and of the seed's stack. Each is a process
/// of its own on this machine, beside what sends and what stores.</summary>
internal static class WebhooksBenchmark
{
    public const string Secret = "a secret of the benchmark";

    /// <summary>Octokit's repository, which the payload is about.</summary>
    public const long Repository = 186853002;

    // At the full rate, until the runtime has compiled what it will.
    private const int WarmUpSeconds = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <param name="arguments">Deliveries a second (500), seconds of each round (10) and rounds (3).</param>
    public static async Task<int> RunAsync(string[] arguments)
    {
        int Argument(int index, int fallback) => arguments.Length > index ? int.Parse(arguments[index], CultureInfo.InvariantCulture) : fallback;
        var (rate, seconds, rounds) = (Argument(0, 500), Argument(1, 10), Argument(2, 3));
        var folder = Directory.CreateDirectory(Path.Combine("/var/tmp", $"autodevops-bench-{Environment.ProcessId}")).FullName;
        try
        {
            await using var postgres = await EmbeddedPostgres.StartAsync(
                new EmbeddedPostgresOptions { DataDirectory = Path.Combine(folder, "postgres") }, NullLogger.Instance, TimeProvider.System, CancellationToken.None);
            Console.WriteLine($"Load of the machine before: {File.ReadAllText("/proc/loadavg").Split(' ')[0]}.");
            Dictionary<string, List<DeliveryTimes>> results = [];
            for (var round = 0; round < rounds; round++)
            {
                foreach (var (name, start) in Scenes(postgres, folder))
                {
                    await using var scene = await start(round);
                    await Deliveries.SendAsync(scene.Address, rate, WarmUpSeconds);
                    var times = await Deliveries.SendAsync(scene.Address, rate, seconds);
                    (results.TryGetValue(name, out var known) ? known : results[name] = []).Add(times);
                    await Console.Error.WriteLineAsync($"round {round + 1}: {name}: {times}");
                }
            }

            return Print(results, rate, seconds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static List<(string Name, Func<int, Task<Scene>> Start)> Scenes(EmbeddedPostgres postgres, string folder)
    {
        List<(string, Func<int, Task<Scene>>)> scenes =
        [
            ("AutoDevOps", round => OursAsync(postgres, folder, round)),
            ("an endpoint that only inserts", round => MinimalAsync(postgres, round)),
        ];
        if (FastApi() is { } python)
        {
            scenes.Add(("FastAPI and BullMQ's enqueue", _ => SeedAsync(python, folder)));
        }
        else
        {
            Console.WriteLine("FastAPI is not there: apt-get install python3-fastapi uvicorn python3-redis python3-uvloop python3-httptools, and redis-server.");
        }

        return scenes;
    }

    private static async Task<Scene> OursAsync(EmbeddedPostgres postgres, string folder, int round)
    {
        var name = $"webhooks_{round}";
        await postgres.EnsureDatabaseAsync(name, CancellationToken.None);
        await using var administrator = NpgsqlDataSource.Create(postgres.ConnectionStringFor(name, "postgres") + ";Pooling=false");
        await new Migrator(NullLogger<Migrator>.Instance).MigrateAsync(administrator, CancellationToken.None);
        await using (var command = administrator.CreateCommand(Sql.Connect))
        {
            command.Parameters.AddWithValue(Repository);
            await command.ExecuteNonQueryAsync();
        }

        return await StartAsync(
            ["dotnet", Path.Combine(AppContext.BaseDirectory, "autodevops-server.dll"), "serve", "--data", Path.Combine(folder, name), "--port", "{port}"],
            ("ConnectionStrings__Database", postgres.ConnectionStringFor(name, "autodevops_app") + LocalDatabase.Tuning),
            ("AutoDevOps__Http__Listen", "localhost"), ("AutoDevOps__Http__MetricsPort", "0"), ("AutoDevOps__GitHub__WebhookSecret", Secret));
    }

    private static async Task<Scene> MinimalAsync(EmbeddedPostgres postgres, int round)
    {
        var name = $"minimal_{round}";
        await postgres.EnsureDatabaseAsync(name, CancellationToken.None);
        await using var administrator = NpgsqlDataSource.Create(postgres.ConnectionStringFor(name, "postgres") + ";Pooling=false");
        await using (var command = administrator.CreateCommand(MinimalReceiver.Table))
        {
            await command.ExecuteNonQueryAsync();
        }

        return await StartAsync(
            ["dotnet", typeof(WebhooksBenchmark).Assembly.Location, "webhooks-minimal", "{port}"],
            ("BENCH_DATABASE", postgres.ConnectionStringFor(name, "postgres") + LocalDatabase.Tuning));
    }

    private static async Task<Scene> SeedAsync(string python, string folder)
    {
        var port = FreePort();
        var redis = Process.Start(new ProcessStartInfo("redis-server", ["--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var scene = await StartAsync(
            [python, "-m", "uvicorn", "webhook:app", "--app-dir", Path.GetDirectoryName(Peers.Path("webhook.py"))!, "--host", "localhost", "--port", "{port}", "--loop", "uvloop", "--http", "httptools", "--no-access-log"],
            ("BENCH_REDIS", $"127.0.0.1:{port}"), ("BENCH_SECRET", Secret));
        scene.Own(redis);
        return scene;
    }

    private static async Task<Scene> StartAsync(string[] command, params (string Name, string Value)[] environment)
    {
        var port = FreePort();
        var start = new ProcessStartInfo(command[0], command.Skip(1).Select(argument => argument.Replace("{port}", port, StringComparison.Ordinal)))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var scene = new Scene(new Uri($"http://localhost:{port}"));
        scene.Own(process);
        using var client = new HttpClient { BaseAddress = scene.Address };
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < Patience; await Task.Delay(100))
        {
            try
            {
                if ((await client.GetAsync("/ready")).IsSuccessStatusCode)
                {
                    return scene;
                }
            }
            catch (HttpRequestException) when (!process.HasExited)
            {
                // Not listening yet.
            }
        }

        await scene.DisposeAsync();
        throw new TimeoutException($"{command[0]} was not ready within {Patience.TotalSeconds:0} seconds.");
    }

    private static string? FastApi()
    {
        try
        {
            using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", "import fastapi, uvicorn, redis, uvloop, httptools"]) { RedirectStandardError = true, UseShellExecute = false })!;
            python.WaitForExit();
            return python.ExitCode == 0 ? "/usr/bin/python3" : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static int Print(Dictionary<string, List<DeliveryTimes>> results, int rate, int seconds)
    {
        Console.WriteLine($"{rate} deliveries a second of {Deliveries.Bytes:n0} bytes, {seconds} s a round, {results.First().Value.Count} rounds in turn; median (least to most) of the rounds.");
        Console.WriteLine($"Load of the machine after: {File.ReadAllText("/proc/loadavg").Split(' ')[0]}.");
        Console.WriteLine();
        Console.WriteLine("| | answered | p50 ms | p95 ms | p99 ms | most ms |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var (name, rounds) in results)
        {
            string Of(Func<DeliveryTimes, double> value) => string.Create(
                CultureInfo.InvariantCulture, $"{Timing.Median([.. rounds.Select(value)]):0.0} ({rounds.Min(value):0.0} to {rounds.Max(value):0.0})");
            Console.WriteLine($"| {name} | {rounds.Sum(times => times.Answered):n0} of {rounds.Sum(times => times.Sent):n0} | {Of(times => times.At(0.5))} | {Of(times => times.At(0.95))} | {Of(times => times.At(0.99))} | {Of(times => times.At(1))} |");
        }

        var p99 = Timing.Median([.. results["AutoDevOps"].Select(times => times.At(0.99))]);
        Console.WriteLine();
        Console.WriteLine(p99 < 25 ? "Within 25 ms (p99)." : "NOT within 25 ms (p99).");
        return p99 < 25 ? 0 : 1;
    }

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }

    private sealed class Scene(Uri address) : IAsyncDisposable
    {
        private readonly List<Process> _processes = [];

        public Uri Address => address;

        public void Own(Process process) => _processes.Add(process);

        public async ValueTask DisposeAsync()
        {
            foreach (var process in _processes)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync();
                process.Dispose();
            }
        }
    }

    private static class Sql
    {
        public const string Connect = """
            WITH made AS (INSERT INTO organizations (id, name) VALUES (gen_random_uuid(), 'bench') RETURNING id)
            INSERT INTO repositories (id, organization_id, source, location, github_id, name, default_branch)
            SELECT gen_random_uuid(), id, 'github', 'octo/bench', $1, 'bench', 'main' FROM made
            """;
    }
}
