using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using AutoDevOps.Server.Data.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoDevOps.Benchmarks.Jobs;

/// <summary>Our queue beside graphile-worker and BullMQ: the same machine, the same minutes, taking turns.</summary>
internal static class JobsBenchmark
{
    private const int Concurrency = 10;
    private const int PickUps = 300;

    /// <param name="arguments">How many jobs a drain has, and how many rounds there are. Default: 5000 and 3.</param>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var jobs = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 5000;
        var rounds = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 3;
        // Where the account that runs PostgreSQL may enter, and on a disk: /tmp may be memory.
        var folder = Directory.CreateDirectory(Path.Combine("/var/tmp", $"autodevops-bench-{Environment.ProcessId}")).FullName;
        try
        {
            await using var postgres = await EmbeddedPostgres.StartAsync(
                new EmbeddedPostgresOptions { DataDirectory = Path.Combine(folder, "postgres") }, NullLogger.Instance, TimeProvider.System, CancellationToken.None);
            using var redis = Redis(folder, out var address);
            try
            {
                var peers = await PeersAsync(postgres, folder, redis, address);
                var table = await MeasureAsync(peers, jobs, rounds);
                table.Print(Console.Out);
            }
            finally
            {
                redis.Kill();
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    private static async Task<List<Peer>> PeersAsync(EmbeddedPostgres postgres, string folder, Process redis, string redisAddress)
    {
        await postgres.EnsureDatabaseAsync("ours", CancellationToken.None);
        await postgres.EnsureDatabaseAsync("graphile", CancellationToken.None);
        var socket = Path.Combine(folder, "postgres", "socket");
        var server = int.Parse(File.ReadLines(Path.Combine(folder, "postgres", "postgres", "postmaster.pid")).First(), CultureInfo.InvariantCulture);
        string[] ours = ["dotnet", typeof(JobsBenchmark).Assembly.Location, "our-queue"];
        string[] graphile = ["node", Script("graphile.mjs")];
        var graphileTarget = $"postgresql://postgres@/graphile?host={Uri.EscapeDataString(socket)}";
        List<Peer> peers =
        [
            new("AutoDevOps", ours, postgres.ConnectionStringFor("ours", "postgres"), server),
            new("graphile-worker", graphile, graphileTarget, server),
            new("graphile-worker, batched", graphile, graphileTarget, server, "batched"),
            new("BullMQ", ["node", Script("bullmq.mjs")], redisAddress, redis.Id),
        ];
        foreach (var peer in peers)
        {
            await peer.RunAsync("setup", jobs: 10);
        }

        return peers;
    }

    private static async Task<ResultTable> MeasureAsync(List<Peer> peers, int jobs, int rounds)
    {
        var table = new ResultTable(jobs, Concurrency, rounds);
        for (var round = 0; round < rounds; round++)
        {
            foreach (var peer in peers)
            {
                table.Add(peer.Name, await peer.DrainAsync(jobs, Concurrency));
                await Console.Error.WriteLineAsync($"round {round + 1}: {peer.Name}: {table.Last(peer.Name)}");
            }
        }

        foreach (var peer in peers)
        {
            table.Add(peer.Name, await peer.PickUpAsync(PickUps, Concurrency));
        }

        return table;
    }

    private static Process Redis(string folder, out string address)
    {
        var port = FreePort();
        address = $"127.0.0.1:{port}";
        // Nothing is written to disk: as fast as Redis gets, and all of it lost with the power.
        return Process.Start(new ProcessStartInfo("redis-server", ["--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder]) { RedirectStandardOutput = true, UseShellExecute = false })!;
    }

    private static string Script(string name)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "AutoDevOps.slnx")))
        {
            folder = Path.GetDirectoryName(folder.TrimEnd(Path.DirectorySeparatorChar)) ?? throw new DirectoryNotFoundException("The benchmark does not run inside the repository.");
        }

        var script = Path.Combine(folder, "bench", "peers", name);
        return Directory.Exists(Path.Combine(folder, "bench", "peers", "node_modules"))
            ? script
            : throw new DirectoryNotFoundException("The peers are not installed. Run: npm --prefix bench/peers ci");
    }

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }
}
