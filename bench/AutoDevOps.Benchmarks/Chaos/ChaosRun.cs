using System.Globalization;
using System.Runtime.Versioning;
using Dapper;

namespace AutoDevOps.Benchmarks.Chaos;

/// <summary>Real workers on a real PostgreSQL, and everything that can happen to them, at random instants: what must not happen to a job is
/// counted afterwards, in the database.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ChaosRun
{
    private static readonly TimeSpan ExitPatience = TimeSpan.FromSeconds(60);

    private readonly ChaosOptions _options;
    private readonly ChaosServer _server;
    private readonly Fleet _fleet;
    private readonly List<Kill> _kills = [];
    // The next kill does not wait for the worker that follows the last one.
    private readonly List<Task> _replacements = [];
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private int _cuts;
    private int _badExits;

    private ChaosRun(ChaosOptions options, ChaosServer server, Fleet fleet) => (_options, _server, _fleet) = (options, server, fleet);

    /// <param name="arguments"><see cref="ChaosOptions.Parse"/> says which.</param>
    /// <returns>0: nothing was wrong.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var options = ChaosOptions.Parse(arguments);
        // Where the account that runs PostgreSQL may enter, and on a disk: /tmp may be memory.
        var folder = Directory.CreateDirectory(Path.Combine("/var/tmp", $"autodevops-chaos-{Environment.ProcessId}")).FullName;
        var started = TimeProvider.System.GetTimestamp();
        ChaosReport report;
        var logFile = Path.Combine(folder, "workers.log");
        await using (var log = TextWriter.Synchronized(new StreamWriter(logFile)))
        {
            await using var server = await ChaosServer.StartAsync(Path.Combine(folder, "postgres"));
            using var fleet = new Fleet(server.App, options.Worker, log);
            var run = new ChaosRun(options, server, fleet);
            report = await run.ReportAsync();
        }

        report.Print(Console.Out, TimeProvider.System.GetElapsedTime(started));
        if (!report.IsGood)
        {
            await Console.Error.WriteLineAsync($"What the workers said is in {logFile}.");
            return 1;
        }

        Directory.Delete(folder, recursive: true);
        return 0;
    }

    private async Task<ChaosReport> ReportAsync()
    {
        await using var load = new ChaosLoad(_server, new Dice(_options.Seed));
        await load.SetUpAsync();
        await _fleet.StartAsync();
        Tell($"{Fleet.Skews.Length} workers are up, {_options.Time.TotalSeconds:0} s of chaos begin");
        await Task.WhenAll(
            load.RunAsync(_options.Jobs, _options.Time),
            AtInstantsAsync(1, "a worker was killed", _options.Kills, KillAsync),
            AtInstantsAsync(2, "PostgreSQL was restarted", _options.Restarts, _ => _server.RestartAsync()),
            AtInstantsAsync(3, "a worker was frozen and goes on", _options.Freezes, FreezeAsync),
            AtInstantsAsync(4, "listeners were cut off", _options.Cuts, _ => CutAsync()),
            AtInstantsAsync(5, "a worker was asked to end", _options.Terminations, TerminateAsync));
        await Task.WhenAll(_replacements);
        Tell($"the chaos is over, what is left may end in peace");
        var left = await _server.InsistAsync(connection => connection.ExecuteScalarAsync<int>(Sql.Left));
        await SettleAsync();
        Tell($"nothing is left");
        _badExits += await _fleet.StopAsync(ExitPatience);
        Tell($"the workers have ended");
        return await ChaosReport.MakeAsync(_options, _server, load, _kills, new Deeds(_cuts, _fleet.Dropped, _badExits, left));
    }

    /// <summary>Does it at so many instants of the whole time. What takes long makes the next one late.</summary>
    private async Task AtInstantsAsync(int kind, string name, int count, Func<Dice, Task> strike)
    {
        var dice = new Dice((_options.Seed * 1000) + kind);
        var started = TimeProvider.System.GetTimestamp();
        foreach (var instant in dice.Instants(count, _options.Time))
        {
            var wait = instant - TimeProvider.System.GetElapsedTime(started);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, TimeProvider.System, CancellationToken.None);
            }

            await strike(dice);
            Tell($"{name}, meant for second {instant.TotalSeconds:0.0}");
        }
    }

    private async Task KillAsync(Dice dice)
    {
        var (place, worker) = await _fleet.TakeAsync(dice);
        var at = TimeProvider.System.GetUtcNow().UtcDateTime;
        await worker.KillAsync();
        var held = await _server.InsistAsync(connection => connection.QueryAsync<Guid>(Sql.Held, new { worker = worker.Id }));
        _kills.Add(new Kill(at, [.. held]));
        _replacements.Add(_fleet.ReplaceAsync(place));
    }

    private async Task FreezeAsync(Dice dice)
    {
        var (place, worker) = await _fleet.TakeAsync(dice);
        worker.Freeze();
        await Task.Delay(_options.Worker.Lease + _options.Worker.Sweep, TimeProvider.System, CancellationToken.None);
        worker.Thaw();
        // Time to say what it would have said.
        await Task.Delay(_options.Worker.Heartbeat, TimeProvider.System, CancellationToken.None);
        _fleet.GiveBack(place);
    }

    private async Task CutAsync() => _cuts += await _server.InsistAsync(connection => connection.ExecuteScalarAsync<int>(Sql.Cut));

    private async Task TerminateAsync(Dice dice)
    {
        var (place, worker) = await _fleet.TakeAsync(dice);
        if (await worker.TerminateAsync(ExitPatience) != 0)
        {
            _badExits++;
        }

        await _fleet.ReplaceAsync(place);
    }

    /// <summary>Waits until every job has ended, or there is no hope.</summary>
    private async Task SettleAsync()
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < _options.Patience
            && await _server.InsistAsync(connection => connection.ExecuteScalarAsync<int>(Sql.Left)) > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, CancellationToken.None);
        }
    }

    private void Tell(FormattableString what)
    {
        var seconds = TimeProvider.System.GetElapsedTime(_started).TotalSeconds;
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seconds,6:0.0} s  {what.ToString(CultureInfo.InvariantCulture)}"));
    }

    private static class Sql
    {
        public const string Held = "SELECT id FROM jobs WHERE worker_id = @worker";

        public const string Cut = """
            SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%autodevops_echo%'
            """;

        public const string Left = "SELECT count(*) FROM jobs WHERE finished_at IS NULL";
    }
}

/// <param name="At">When the signal was sent.</param>
/// <param name="Held">The jobs that the worker had a lease of.</param>
internal sealed record Kill(DateTime At, IReadOnlyList<Guid> Held);

/// <param name="Cuts">Connections that listened and were ended.</param>
/// <param name="Dropped">Results that workers computed for jobs that they had lost meanwhile.</param>
/// <param name="BadExits">Workers that did not end well when asked to.</param>
/// <param name="Left">Jobs that had not ended yet when the chaos was over.</param>
internal sealed record Deeds(int Cuts, int Dropped, int BadExits, int Left);
