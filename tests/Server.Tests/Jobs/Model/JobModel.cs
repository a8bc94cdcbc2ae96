namespace AutoDevOps.Server.Tests.Jobs.Model;

/// <summary>The protocol as it is meant, one thing after the other, without a database: what docs and decisions say, as short as it can be
/// said.</summary>
internal sealed class JobModel : IJobSystem
{
    public const int Tenants = 3;
    public const int Workers = 3;
    public const int Cap = 2;
    public const int MaxAttempts = 4;

    public static readonly DateTime Start = new(2031, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);
    public static readonly TimeSpan[] Waits = [TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5)];

    private readonly List<ModelJob> _jobs = [];
    private readonly List<EventView> _events = [];
    private int? _served;

    public DateTime Now { get; private set; } = Start;

    /// <summary>Every claim that was ever made, the newest last.</summary>
    public List<Claim> Claims { get; } = [];

    public int Jobs => _jobs.Count;

    public DateTime? NextLeaseEnd => _jobs.Where(job => job.LeaseUntil >= Now).Min(job => job.LeaseUntil);

    public DateTime? NextDue => _jobs.Where(job => job.IsWaiting && job.RunAt > Now).Min(job => (DateTime?)job.RunAt);

    public bool Holds(Claim claim) => Held(claim) is not null;

    public Task<string> QueueAsync(int job, int tenant, string? dedupeKey, int priority, bool isKnown)
    {
        if (dedupeKey is not null && _jobs.Exists(other => other.Tenant == tenant && other.DedupeKey == dedupeKey && !other.HasEnded))
        {
            return Answer("there is one already");
        }

        var added = new ModelJob { Number = job, Tenant = tenant, DedupeKey = dedupeKey, Priority = priority, IsKnown = isKnown, RunAt = Now };
        _jobs.Add(added);
        Note(added, null, "pending");
        return Answer("queued");
    }

    public Task<string> TakeTurnAsync(int worker, IReadOnlyList<Claim> ended, int slots)
    {
        List<int> completed = [];
        foreach (var job in ended.Select(Held).OfType<ModelJob>())
        {
            Complete(job);
            completed.Add(job.Number);
        }

        List<(int, string)> moved = slots > 0 ? [.. Rescue()] : [];
        List<Claim> taken = [];
        // The tenants take turns, the one after the one served last comes first; each turn is worth the head of its line.
        while (taken.Count < slots && NextToServe() is { } job)
        {
            _served = job.Tenant;
            if (job.IsKnown)
            {
                taken.Add(Take(job, worker));
            }
            else
            {
                moved.Add((job.Number, FailUnknown(job)));
            }
        }

        Claims.AddRange(taken);
        return Answer(Answers.Turn(completed, taken, moved));
    }

    public Task<string> BeatAsync(int worker, IReadOnlyList<Claim> claims) => Answer(Answers.Beat(claims.Select(claim =>
    {
        if (Held(claim) is not { } job)
        {
            return (claim.Job, claim.Fence, true, false, false);
        }

        job.LeaseUntil = Now + Lease;
        return (claim.Job, claim.Fence, false, true, job.CancelRequestedAt is not null);
    }).ToList()));

    public Task<string> AdvanceAsync(Claim claim, string state)
    {
        if (Held(claim) is not { } job)
        {
            return Answer(Answers.Refused);
        }

        if (job.State == "ai_request" && state == "processing")
        {
            return Answer("illegal");
        }

        if (job.State == "active")
        {
            Move(job, "processing");
        }

        if (job.State != state)
        {
            Move(job, state);
        }

        return Answer("done");
    }

    public Task<string> ReportAsync(Claim claim)
    {
        if (Held(claim) is not { } job)
        {
            return Answer(Answers.Refused);
        }

        _events.Add(new EventView(job.Number, ++job.Events, Now, "progress", null, null, job.Attempt, null, null));
        return Answer("done");
    }

    public Task<string> CompleteAsync(Claim claim)
    {
        if (HeldInTime(claim) is not { } job)
        {
            return Answer(Answers.Refused);
        }

        Complete(job);
        return Answer("done");
    }

    public Task<string> FailAsync(Claim claim, bool isFatal) => Answer(Held(claim) is { } job
        ? Settle(job, "broken", isFatal || job.Attempt >= MaxAttempts, Now + WaitAfter(job.Attempt))
        : Answers.Refused);

    public Task<string> BuryAsync(Claim claim)
    {
        if (HeldInTime(claim) is not { } job)
        {
            return Answer(Answers.Refused);
        }

        Settle(job, "buried", isFinal: true, Now);
        return Answer("done");
    }

    public Task<string> SnoozeAsync(Claim claim, TimeSpan delay)
    {
        if (Held(claim) is not { } job)
        {
            return Answer(Answers.Refused);
        }

        if (Settle(job, "snoozed", isFinal: false, Now + delay) != "cancelled")
        {
            job.Attempt--;
            Move(job, "pending");
        }

        return Answer(job.State);
    }

    public Task<string> EndCancelledAsync(Claim claim)
    {
        if (Held(claim) is not { } job)
        {
            return Answer(Answers.Refused);
        }

        End(job, "cancelled", "cancelled");
        return Answer("done");
    }

    public Task<string> CancelAsync(int job, int tenant)
    {
        var asked = _jobs.Find(other => other.Number == job);
        if (asked is null || asked.Tenant != tenant)
        {
            return Answer("missing");
        }

        if (asked.HasEnded)
        {
            return Answer("ended");
        }

        if (asked.IsRunning)
        {
            asked.CancelRequestedAt ??= Now;
            return Answer("requested");
        }

        End(asked, "cancelled", "cancelled");
        return Answer("cancelled");
    }

    public Task<string> RescueAsync() => Answer(Answers.Moved(Rescue()));

    public Task PassAsync(TimeSpan time)
    {
        Now += time;
        return Task.CompletedTask;
    }

    public Task<Sight> LookAsync() => Task.FromResult(new Sight(
        _served,
        [.. _jobs.OrderBy(job => job.Number).Select(job => job.View)],
        [.. _events.OrderBy(added => added.Job).ThenBy(added => added.Number)]));

    private static Task<string> Answer(string text) => Task.FromResult(text);

    private static TimeSpan WaitAfter(int attempt) => Waits[Math.Min(attempt, Waits.Length) - 1];

    private ModelJob? Held(Claim claim) => _jobs.Find(job => job.Number == claim.Job && job.IsRunning && job.Worker == claim.Worker && job.Fence == claim.Fence);

    // What writes as the job needs a lease that lasts; what only ends it needs that nobody else has it.
    private ModelJob? HeldInTime(Claim claim) => Held(claim) is { } job && job.LeaseUntil > Now ? job : null;

    private ModelJob? NextToServe() => Enumerable.Range(1, Tenants)
        .Select(step => ((_served ?? -1) + step) % Tenants)
        .Where(tenant => _jobs.Count(job => job.Tenant == tenant && job.IsRunning) < Cap)
        .Select(tenant => _jobs.Where(job => job.Tenant == tenant && job.IsWaiting && job.RunAt <= Now)
            .OrderBy(job => job.Priority).ThenBy(job => job.RunAt).ThenBy(job => job.Number).FirstOrDefault())
        .FirstOrDefault(job => job is not null);

    private Claim Take(ModelJob job, int worker)
    {
        job.Attempt++;
        job.Fence++;
        job.Worker = worker;
        job.LeaseUntil = Now + Lease;
        job.StartedAt ??= Now;
        if (job.State != "pending")
        {
            Move(job, "pending");
        }

        Move(job, "active");
        return new Claim(worker, job.Number, job.Fence, job.Attempt);
    }

    private string FailUnknown(ModelJob job)
    {
        if (job.State != "pending")
        {
            Move(job, "pending");
        }

        job.Attempt++;
        return Settle(job, "unknown_kind", job.Attempt >= MaxAttempts, Now + WaitAfter(job.Attempt));
    }

    private List<(int Job, string State)> Rescue()
    {
        List<(int, string)> moved = [];
        foreach (var job in _jobs.Where(job => job.LeaseUntil < Now).ToList())
        {
            var state = Settle(job, "worker_lost", job.Rescues > 0 || job.Attempt >= MaxAttempts, Now);
            if (state is "failed" or "retrying")
            {
                Move(job, "pending");
            }

            job.Rescues++;
            moved.Add((job.Number, job.State));
        }

        return moved;
    }

    private string Settle(ModelJob job, string code, bool isFinal, DateTime runAt)
    {
        if (job.CancelRequestedAt is not null)
        {
            End(job, "cancelled", "cancelled");
            return "cancelled";
        }

        (job.Code, job.RunAt) = (code, runAt);
        Leave(job);
        Move(job, job.State == "ai_request" && !isFinal ? "retrying" : "failed");
        if (isFinal)
        {
            End(job, "dead_letter", code);
        }

        return job.State;
    }

    private void Complete(ModelJob job)
    {
        if (job.State == "active")
        {
            Move(job, "processing");
        }

        End(job, "completed", null);
    }

    private void End(ModelJob job, string state, string? code)
    {
        (job.Code, job.FinishedAt) = (code, Now);
        Leave(job);
        Move(job, state);
    }

    private static void Leave(ModelJob job) => (job.Worker, job.LeaseUntil) = (null, null);

    private void Move(ModelJob job, string state)
    {
        var from = job.State;
        job.State = state;
        Note(job, from, state);
    }

    private void Note(ModelJob job, string? from, string to)
    {
        var isStop = to is "failed" or "retrying" or "dead_letter" or "cancelled";
        var isWaiting = to is "failed" or "retrying" || (to == "pending" && from is not null && job.RunAt > Now);
        _events.Add(new EventView(
            job.Number, ++job.Events, Now, "state", from, to, job.Attempt, isStop ? job.Code : null, isWaiting ? job.RunAt : null));
    }
}
