using System.Globalization;

namespace AutoDevOps.Benchmarks.Chaos;

/// <summary>How much of everything a run has.</summary>
/// <param name="Jobs">How many are put in line, spread over the time of the chaos.</param>
/// <param name="Kills">How often a worker is killed with SIGKILL.</param>
/// <param name="Seed">Of all that is random; the instants are the same again, what the machine makes of them is not.</param>
/// <param name="Time">How long the chaos lasts; then all that is left may end in peace.</param>
/// <param name="Restarts">How often PostgreSQL is stopped as <c>pg_ctl -m immediate</c> does, and started again.</param>
/// <param name="Freezes">How often a worker is stopped with SIGSTOP until its leases have ended, and goes on.</param>
/// <param name="Cuts">How often every connection that listens is ended.</param>
/// <param name="Terminations">How often a worker is asked to end with SIGTERM.</param>
/// <param name="Worker">What the workers run with.</param>
internal sealed record ChaosOptions(
    int Jobs, int Kills, int Seed, TimeSpan Time, int Restarts, int Freezes, int Cuts, int Terminations, WorkerOptions Worker)
{
    /// <summary>How long the jobs may take to end once nobody disturbs them any more.</summary>
    public TimeSpan Patience { get; } = TimeSpan.FromMinutes(5);

    /// <summary>Reads <c>[--short] [JOBS [KILLS [SEED]]]</c>. By default 10,000 jobs and 200 kills, with the leases that the program has by
    /// default; in short 200 and 5 with shorter ones, for a test.</summary>
    /// <exception cref="FormatException">What should be a number is none.</exception>
    public static ChaosOptions Parse(IReadOnlyList<string> arguments)
    {
        var isShort = arguments is ["--short", ..];
        var numbers = arguments.Skip(isShort ? 1 : 0).Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToList();
        var jobs = numbers.Count > 0 ? numbers[0] : isShort ? 200 : 10_000;
        var kills = numbers.Count > 1 ? numbers[1] : isShort ? 5 : 200;
        var seed = numbers.Count > 2 ? numbers[2] : 1;
        // Starting a worker takes a machine of two cores about a second.
        var time = TimeSpan.FromSeconds(kills * (isShort ? 1.2 : 2));
        return isShort
            ? new ChaosOptions(jobs, kills, seed, time, Restarts: 2, Freezes: 1, Cuts: 3, Terminations: 1, WorkerOptions.Short)
            : new ChaosOptions(
                jobs, kills, seed, time, Every(time, seconds: 6), Every(time, seconds: 25), Every(time, seconds: 3), Every(time, seconds: 12), WorkerOptions.Default);
    }

    private static int Every(TimeSpan time, double seconds) => Math.Max(1, (int)(time.TotalSeconds / seconds));
}

/// <param name="Waits">Before the second attempt, the third and the fourth. Without jitter.</param>
/// <param name="Skew">How far the worker's own clock is off.</param>
internal sealed record WorkerOptions(TimeSpan Lease, TimeSpan Heartbeat, TimeSpan Poll, TimeSpan Sweep, TimeSpan Drain, TimeSpan[] Waits, TimeSpan Skew)
{
    public static WorkerOptions Default { get; } = new(
        TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2),
        [TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(11)], TimeSpan.Zero);

    public static WorkerOptions Short { get; } = new(
        TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1),
        [TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.5)], TimeSpan.Zero);

    public Dictionary<string, string?> Settings => new(StringComparer.Ordinal)
    {
        ["AutoDevOps:Jobs:Lease"] = Lease.ToString(),
        ["AutoDevOps:Jobs:Heartbeat"] = Heartbeat.ToString(),
        ["AutoDevOps:Jobs:Poll"] = Poll.ToString(),
        ["AutoDevOps:Jobs:RescueEvery"] = Sweep.ToString(),
        ["AutoDevOps:Jobs:Drain"] = Drain.ToString(),
        ["AutoDevOps:Jobs:Jitter"] = "0",
        ["AutoDevOps:AnalysisQueue:RetryWaits"] = string.Join(", ", Waits),
        ["AutoDevOps:AnalysisQueue:PerOrganization"] = "20",
    };
}
