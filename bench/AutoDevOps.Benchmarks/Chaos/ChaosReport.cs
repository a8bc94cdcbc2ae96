using System.Globalization;
using System.Runtime.Versioning;
using Dapper;
using Npgsql;

namespace AutoDevOps.Benchmarks.Chaos;

/// <summary>What came of it, as the database tells afterwards.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ChaosReport
{
    private readonly List<(string What, string Value, bool IsWrong)> _rows = [];
    private readonly ChaosOptions _options;

    private ChaosReport(ChaosOptions options) => _options = options;

    public bool IsGood => !_rows.Exists(row => row.IsWrong);

    public static async Task<ChaosReport> MakeAsync(ChaosOptions options, ChaosServer server, ChaosLoad load, IReadOnlyList<Kill> kills, Deeds deeds)
    {
        var report = new ChaosReport(options);
        await using var connection = await server.Administrator.OpenConnectionAsync();
        var queued = load.Queued.ToArray();
        report.Say("jobs enqueued", queued.Length);
        foreach (var (state, count) in await connection.QueryAsync<(string, long)>(ChaosSql.States))
        {
            report.Say($"ended as {state}", count);
        }

        foreach (var (code, count) in await connection.QueryAsync<(string, long)>(ChaosSql.DeadLetters))
        {
            report.Say($"dead letters for {code}", count);
        }

        report.Never("jobs lost or not ended", await connection.ExecuteScalarAsync<long>(ChaosSql.Lost, new { queued }));
        report.Never("effects doubled", await connection.ExecuteScalarAsync<long>(ChaosSql.Doubled));
        report.Never("effects without their completion, or the other way round", await connection.ExecuteScalarAsync<long>(ChaosSql.Unmatched));
        report.Never("jobs completed against their handler's word", await connection.ExecuteScalarAsync<long>(ChaosSql.AgainstTheirWord));
        report.Never("illegal transitions", await connection.ExecuteScalarAsync<long>(ChaosSql.Illegal));
        report.Never("jobs with a gap in their events", await connection.ExecuteScalarAsync<long>(ChaosSql.Gaps));
        report.Never("attempts over the maximum", await connection.ExecuteScalarAsync<long>(ChaosSql.TooManyAttempts));
        report.Never("leases held by two at once", await connection.ExecuteScalarAsync<long>(ChaosSql.HeldByTwo));
        var cancelled = load.Cancelled.Where(cancel => cancel.Value == "cancelled").Select(cancel => cancel.Key).ToArray();
        report.Never("cancelled jobs that ran on", await connection.ExecuteScalarAsync<long>(ChaosSql.RanOn, new { cancelled }));
        var retries = await connection.QuerySingleAsync<(long All, long Wrong, double Late)>(ChaosSql.Retries, new { options.Worker.Waits });
        report.Say("retries", retries.All);
        report.Never("retries set for another time than their wait after the failure", retries.Wrong);
        report.Say("longest between a failure and its event, ms", retries.Late * 1000);
        report.Never("jobs started before their time", await connection.ExecuteScalarAsync<long>(ChaosSql.Early));
        await report.AddRescuesAsync(connection, kills, server.Outages);
        report.AddDeeds(kills, server.Outages, deeds, load.Cancelled.Count);
        return report;
    }

    /// <summary>A table for the documentation.</summary>
    public void Print(TextWriter output, TimeSpan took)
    {
        var (worker, waits) = (_options.Worker, string.Join(", ", _options.Worker.Waits.Select(wait => F($"{wait.TotalSeconds} s"))));
        output.WriteLine(F($"{_options.Jobs:#,0} jobs, {_options.Kills} kills, seed {_options.Seed}; {Fleet.Skews.Length} workers with clocks off by"));
        output.WriteLine(F($"{string.Join(", ", Fleet.Skews)}; leases of {worker.Lease.TotalSeconds} s, a sweep every {worker.Sweep.TotalSeconds} s,"));
        output.WriteLine($"retries after {waits}.");
        output.WriteLine();
        output.WriteLine("| what | how many | |");
        output.WriteLine("|---|---|---|");
        foreach (var (what, value, isWrong) in _rows)
        {
            output.WriteLine($"| {what} | {value} | {(isWrong ? "**WRONG**" : "")} |");
        }

        output.WriteLine(F($"| seconds in all | {took.TotalSeconds:0} | |"));
    }

    /// <summary>A killed worker's jobs are somebody else's within a lease and a sweep, not counting the time in which there was no database.</summary>
    private async Task AddRescuesAsync(NpgsqlConnection connection, IReadOnlyList<Kill> kills, IReadOnlyList<(DateTime From, DateTime To)> outages)
    {
        List<double> waits = [];
        foreach (var kill in kills.Where(kill => kill.Held.Count > 0))
        {
            foreach (var rescued in await connection.QueryAsync<DateTime>(ChaosSql.Rescued, new { kill.At, held = kill.Held.ToArray() }))
            {
                var down = outages.Sum(outage => Math.Max(0, (Min(outage.To, rescued) - Max(outage.From, kill.At)).TotalSeconds));
                waits.Add((rescued - kill.At).TotalSeconds - down);
            }
        }

        var limit = (_options.Worker.Lease + _options.Worker.Sweep).TotalSeconds;
        Say("jobs rescued from killed workers", waits.Count);
        Add("longest from a kill to the rescue, s", F($"{waits.DefaultIfEmpty().Max():0.0} (may be {limit:0.0})"), waits.DefaultIfEmpty().Max() > limit);
    }

    private void AddDeeds(IReadOnlyList<Kill> kills, IReadOnlyList<(DateTime From, DateTime To)> outages, Deeds deeds, int cancels)
    {
        Say("workers killed (SIGKILL)", kills.Count);
        Say("of them with jobs", kills.Count(kill => kill.Held.Count > 0));
        Say("restarts of PostgreSQL (immediate)", outages.Count);
        Say("seconds without PostgreSQL", outages.Sum(outage => (outage.To - outage.From).TotalSeconds));
        Say("workers frozen past their leases (SIGSTOP)", _options.Freezes);
        Say("results dropped because the lease was lost", deeds.Dropped);
        Say("listening connections cut", deeds.Cuts);
        Say("workers asked to end (SIGTERM)", _options.Terminations + Fleet.Skews.Length);
        Never("of them that did not end well", deeds.BadExits);
        Say("jobs that people cancelled", cancels);
        Say("jobs that had not ended when the chaos was over", deeds.Left);
    }

    private void Say(string what, double value) => Add(what, F($"{value:#,0.#}"), isWrong: false);

    private void Never(string what, long count) => Add(what, F($"{count:#,0}"), isWrong: count != 0);

    private void Add(string what, string value, bool isWrong) => _rows.Add((what, value, isWrong));

    private static DateTime Min(DateTime one, DateTime other) => one < other ? one : other;

    private static DateTime Max(DateTime one, DateTime other) => one > other ? one : other;

    private static string F(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
