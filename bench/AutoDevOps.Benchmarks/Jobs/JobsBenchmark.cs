using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using AutoDevOps.Server.Data.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoDevOps.Benchmarks.Jobs;

/// <summary>Our queue beside graphile-worker and BullMQ: the same machine, the same minutes, taking turns.</summary>
internal static class JobsBenchmark
{
    private const int PickUps = 300;
    private const int Cancellations = 100;

    private static readonly int[] Lines = [1, 10, 100, 1000];

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
                await MeasureOursAsync(postgres, peers[0], table);
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
        string[] graphile = ["node", Peers.Path("graphile.mjs")];
        var graphileTarget = $"postgresql://postgres@/graphile?host={Uri.EscapeDataString(socket)}";
        List<Peer> peers =
        [
            new("AutoDevOps", ours, postgres.ConnectionStringFor("ours", "postgres"), server),
            new("AutoDevOps, 50 at once", ours, postgres.ConnectionStringFor("ours", "postgres"), server, Concurrency: 50),
            new("graphile-worker", graphile, graphileTarget, server),
            new("graphile-worker, 50 at once", graphile, graphileTarget, server, Concurrency: 50),
            new("graphile-worker, batched", graphile, graphileTarget, server, "batched"),
            new("BullMQ", ["node", Peers.Path("bullmq.mjs")], redisAddress, redis.Id),
        ];
        foreach (var peer in peers.DistinctBy(peer => peer.Target))
        {
            await peer.RunAsync("setup", jobs: 10);
        }

        return peers;
    }

    // What only we have: a claim that gives organizations their turn, and the cancellation of a running job.
    private static async Task MeasureOursAsync(EmbeddedPostgres postgres, Peer ours, ResultTable table)
    {
        foreach (var organizations in Lines)
        {
            var database = $"claim_{organizations}";
            await postgres.EnsureDatabaseAsync(database, CancellationToken.None);
            var said = await (ours with { Target = postgres.ConnectionStringFor(database, "postgres") }).RunAsync("claim", organizations);
            table.AddClaims(organizations, [.. JsonElement.Parse(said).GetProperty("took").EnumerateArray().Select(took => took.GetDouble()).Order()]);
        }

        table.AddCancellations(await ours.CancelAsync(Cancellations));
    }

    private static async Task<ResultTable> MeasureAsync(List<Peer> peers, int jobs, int rounds)
    {
        var table = new ResultTable(jobs, rounds);
        for (var round = 0; round < rounds; round++)
        {
            foreach (var peer in peers)
            {
                table.Add(peer.Name, await peer.DrainAsync(jobs));
                await Console.Error.WriteLineAsync($"round {round + 1}: {peer.Name}: {table.Last(peer.Name)}");
            }
        }

        foreach (var peer in peers)
        {
            table.Add(peer.Name, await peer.PickUpAsync(PickUps));
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

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }
}
