using System.Globalization;

namespace AutoDevOps.Server.Tests.Jobs.Model;

/// <summary>What one can do to jobs. There are two of these: the program on its database, and the model of what it should do. Each answers in
/// words, and their words must be the same. Jobs, tenants and workers go by numbers, so that a history can be repeated.</summary>
internal interface IJobSystem
{
    /// <param name="job">The number that the new job gets.</param>
    Task<string> QueueAsync(int job, int tenant, string? dedupeKey, int priority, bool isKnown);

    /// <summary>Completes these and takes jobs for the slots, in one transaction.</summary>
    Task<string> TakeTurnAsync(int worker, IReadOnlyList<Claim> ended, int slots);

    Task<string> BeatAsync(int worker, IReadOnlyList<Claim> claims);

    Task<string> AdvanceAsync(Claim claim, string state);

    Task<string> ReportAsync(Claim claim);

    /// <summary>Completes with a result that is written in the same transaction.</summary>
    Task<string> CompleteAsync(Claim claim);

    Task<string> FailAsync(Claim claim, bool isFatal);

    /// <summary>Fails for good, with something to write in the same transaction.</summary>
    Task<string> BuryAsync(Claim claim);

    Task<string> SnoozeAsync(Claim claim, TimeSpan delay);

    Task<string> EndCancelledAsync(Claim claim);

    /// <param name="tenant">Whose owner asks; jobs of others do not exist for them.</param>
    Task<string> CancelAsync(int job, int tenant);

    /// <summary>Tries a dead letter again, as a new job.</summary>
    /// <param name="replay">The number that the new job gets.</param>
    /// <param name="tenant">Whose owner asks; jobs of others do not exist for them.</param>
    Task<string> ReplayAsync(int job, int replay, int tenant);

    Task<string> RescueAsync();

    /// <summary>Removes what ended longer ago than that.</summary>
    Task<string> PruneAsync(TimeSpan keep);

    /// <summary>Has something done for the tenant every quarter of an hour.</summary>
    Task<string> ScheduleAsync(int tenant);

    Task<string> UnscheduleAsync(int tenant);

    /// <summary>Looks for schedules that are due.</summary>
    /// <param name="first">The number that the job of the first tenant gets; the others' follow.</param>
    Task<string> TickAsync(int worker, int first);

    Task PassAsync(TimeSpan time);

    /// <summary>All that can be seen.</summary>
    Task<Sight> LookAsync();
}

/// <summary>What a worker was given. It may act on it long after it has lost the job.</summary>
internal sealed record Claim(int Worker, int Job, int Fence, int Attempt);

/// <summary>A moment of a system.</summary>
/// <param name="Served">The tenant of the analysis queue that was served last; null: none yet.</param>
internal sealed record Sight(int? Served, IReadOnlyList<JobView> Jobs, IReadOnlyList<EventView> Events, IReadOnlyList<ScheduleView> Schedules);

internal sealed record ScheduleView(int Tenant, DateTime? NextAt, DateTime? LastAt)
{
    public override string ToString() => $"schedule of tenant {Tenant}: next at {Times.Seconds(NextAt)}, last at {Times.Seconds(LastAt)}";
}

internal sealed record JobView(
    int Number, string State, int Attempt, int Fence, int Rescues, DateTime RunAt, int? Worker, DateTime? LeaseUntil, DateTime? CancelRequestedAt,
    string? Code, DateTime? StartedAt, DateTime? FinishedAt, int Events, int? ReplayOf)
{
    public override string ToString() =>
        $"job {Number}: {State}, attempt {Attempt}, fence {Fence}, {Rescues} rescues, {Events} events, code {Code ?? "none"}, runs at {Times.Seconds(RunAt)}, "
        + $"worker {Worker?.ToString(CultureInfo.InvariantCulture) ?? "none"} until {Times.Seconds(LeaseUntil)}, "
        + $"to be cancelled {Times.Seconds(CancelRequestedAt)}, started {Times.Seconds(StartedAt)}, finished {Times.Seconds(FinishedAt)}{(ReplayOf is { } first ? $", tries job {first} again" : "")}";
}

/// <param name="RunAt">When it will be tried again, as the event tells.</param>
internal sealed record EventView(
    int Job, int Number, DateTime At, string Kind, string? From, string? To, int Attempt, string? Code, DateTime? RunAt)
{
    public override string ToString() =>
        $"event {Number} of job {Job}: {Kind} at {Times.Seconds(At)} from {From ?? "nothing"} to {To ?? "nothing"}, attempt {Attempt}, "
        + $"code {Code ?? "none"}, runs at {Times.Seconds(RunAt)}";
}

/// <summary>Times as a history tells them: seconds from its beginning.</summary>
internal static class Times
{
    public static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.######", CultureInfo.InvariantCulture);

    public static string Seconds(DateTime? time) => time is { } at ? $"{Seconds(at - JobModel.Start)} s" : "never";
}

/// <summary>The answers, in words.</summary>
internal static class Answers
{
    public const string Refused = "refused: the lease is lost";

    public static string Turn(IEnumerable<int> completed, IEnumerable<Claim> taken, IEnumerable<(int Job, string State)> moved) =>
        $"completed {List(completed.Order().Select(job => $"job {job}"))}; "
        + $"took {List(taken.Select(claim => $"job {claim.Job} (attempt {claim.Attempt}, fence {claim.Fence})"))}; moved {Moved(moved)}";

    public static string Moved(IEnumerable<(int Job, string State)> moved) => List(moved.Order().Select(job => $"job {job.Job}: {job.State}"));

    public static string Beat(IEnumerable<(int Job, int Fence, bool IsLost, bool IsRenewed, bool IsCancelRequested)> beats) => string.Join(
        ", ",
        beats.Order().Select(beat =>
            $"job {beat.Job} of fence {beat.Fence}: {(beat.IsLost ? "lost" : beat.IsRenewed ? "renewed" : "kept")}{(beat.IsCancelRequested ? ", to be cancelled" : "")}"));

    public static string Ticked(IEnumerable<int> tenants) => $"a job for {List(tenants.Order().Select(tenant => $"tenant {tenant}"))}";

    public static string Held(bool isHeld) => isHeld ? "done" : Refused;

    public static string State(string? state) => state ?? Refused;

    private static string List(IEnumerable<string> texts) => string.Join(", ", texts) is { Length: > 0 } list ? list : "nothing";
}
