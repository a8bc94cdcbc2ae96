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

    private readonly ModelLedger _ledger = new();
    private readonly ModelSchedules _schedules;
    private int? _served;

    public JobModel() => _schedules = new ModelSchedules(_ledger);

    public DateTime Now => _ledger.Now;

    /// <summary>Every claim that was ever made, the newest last.</summary>
    public List<Claim> Claims { get; } = [];

    public IReadOnlyList<int> DeadLetters => [.. _ledger.Jobs.Where(job => job.State == "dead_letter").Select(job => job.Number)];

    public DateTime? NextLeaseEnd => _ledger.Jobs.Where(job => job.LeaseUntil >= Now).Min(job => job.LeaseUntil);

    public DateTime? NextTick => _schedules.Next;

    public DateTime? NextDue => _ledger.Jobs.Where(job => job.IsWaiting && job.RunAt > Now).Min(job => (DateTime?)job.RunAt);

    public int? OwnerOf(int job) => _ledger.Jobs.Find(other => other.Number == job)?.Tenant;

    public bool Holds(Claim claim) => Held(claim) is not null;

    public Task<string> QueueAsync(int job, int tenant, string? dedupeKey, int priority, bool isKnown)
    {
        var added = new ModelJob { Number = job, Tenant = tenant, DedupeKey = dedupeKey, Priority = priority, IsKnown = isKnown, RunAt = Now };
        return Answer(_ledger.TryAdd(added) ? "queued" : "there is one already");
    }

    public Task<string> TakeTurnAsync(int worker, IReadOnlyList<Claim> ended, int slots)
    {
        List<int> completed = [];
        foreach (var job in ended.Select(Held).OfType<ModelJob>())
        {
            _ledger.Complete(job);
            completed.Add(job.Number);
        }

        List<(int, string)> moved = slots > 0 ? [.. _ledger.Rescue()] : [];
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
            _ledger.Move(job, "processing");
        }

        if (job.State != state)
        {
            _ledger.Move(job, state);
        }

        return Answer("done");
    }

    public Task<string> ReportAsync(Claim claim)
    {
        if (Held(claim) is not { } job)
        {
            return Answer(Answers.Refused);
        }

        _ledger.Events.Add(new EventView(job.Number, ++job.Events, Now, "progress", null, null, job.Attempt, null, null));
        return Answer("done");
    }

    public Task<string> CompleteAsync(Claim claim)
    {
        if (HeldInTime(claim) is not { } job)
        {
            return Answer(Answers.Refused);
        }

        _ledger.Complete(job);
        return Answer("done");
    }

    public Task<string> FailAsync(Claim claim, bool isFatal) => Answer(Held(claim) is { } job
        ? _ledger.Settle(job, "broken", isFatal || job.Attempt >= MaxAttempts, Now + WaitAfter(job.Attempt))
        : Answers.Refused);

    public Task<string> BuryAsync(Claim claim)
    {
        if (HeldInTime(claim) is not { } job)
        {
            return Answer(Answers.Refused);
        }

        _ledger.Settle(job, "buried", isFinal: true, Now);
        return Answer("done");
    }

    public Task<string> SnoozeAsync(Claim claim, TimeSpan delay)
    {
        if (Held(claim) is not { } job)
        {
            return Answer(Answers.Refused);
        }

        if (_ledger.Settle(job, "snoozed", isFinal: false, Now + delay) != "cancelled")
        {
            job.Attempt--;
            _ledger.Move(job, "pending");
        }

        return Answer(job.State);
    }

    public Task<string> EndCancelledAsync(Claim claim)
    {
        if (Held(claim) is not { } job)
        {
            return Answer(Answers.Refused);
        }

        _ledger.End(job, "cancelled", "cancelled");
        return Answer("done");
    }

    public Task<string> CancelAsync(int job, int tenant)
    {
        var asked = _ledger.Jobs.Find(other => other.Number == job);
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

        _ledger.End(asked, "cancelled", "cancelled");
        return Answer("cancelled");
    }

    public Task<string> ReplayAsync(int job, int replay, int tenant)
    {
        var dead = _ledger.Jobs.Find(other => other.Number == job);
        if (dead is null || dead.Tenant != tenant)
        {
            return Answer("missing");
        }

        if (dead.State != "dead_letter")
        {
            return Answer("not_dead");
        }

        if (_ledger.Jobs.Exists(other => other.ReplayOf == job))
        {
            return Answer("replayed");
        }

        var added = new ModelJob
        {
            Number = replay,
            Tenant = tenant,
            DedupeKey = dead.DedupeKey,
            Priority = dead.Priority,
            IsKnown = dead.IsKnown,
            RunAt = Now,
            ReplayOf = job,
        };
        return Answer(_ledger.TryAdd(added) ? "queued" : "duplicate");
    }

    public Task<string> PruneAsync(TimeSpan keep) => Answer($"{_ledger.Prune(keep)} removed");

    public Task<string> RescueAsync() => Answer(Answers.Moved(_ledger.Rescue()));

    public Task<string> ScheduleAsync(int tenant) => Answer(_schedules.Set(tenant));

    public Task<string> UnscheduleAsync(int tenant) => Answer(_schedules.Remove(tenant));

    public Task<string> TickAsync(int worker, int first) => Answer(Answers.Ticked(_schedules.Tick(first)));

    public Task PassAsync(TimeSpan time)
    {
        _ledger.Now += time;
        return Task.CompletedTask;
    }

    public Task<Sight> LookAsync() => Task.FromResult(new Sight(
        _served,
        [.. _ledger.Jobs.OrderBy(job => job.Number).Select(job => job.View)],
        [.. _ledger.Events.OrderBy(added => added.Job).ThenBy(added => added.Number)],
        _schedules.Views));

    private static Task<string> Answer(string text) => Task.FromResult(text);

    private static TimeSpan WaitAfter(int attempt) => Waits[Math.Min(attempt, Waits.Length) - 1];

    private ModelJob? Held(Claim claim) => _ledger.Jobs.Find(job => job.Number == claim.Job && job.IsRunning && job.Worker == claim.Worker && job.Fence == claim.Fence);

    // What writes as the job needs a lease that lasts; what only ends it needs that nobody else has it.
    private ModelJob? HeldInTime(Claim claim) => Held(claim) is { } job && job.LeaseUntil > Now ? job : null;

    private ModelJob? NextToServe() => Enumerable.Range(1, Tenants)
        .Select(step => ((_served ?? -1) + step) % Tenants)
        .Where(tenant => _ledger.Jobs.Count(job => job.Tenant == tenant && job.IsRunning) < Cap)
        .Select(tenant => _ledger.Jobs.Where(job => job.Tenant == tenant && job.IsWaiting && !job.IsTick && job.RunAt <= Now)
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
            _ledger.Move(job, "pending");
        }

        _ledger.Move(job, "active");
        return new Claim(worker, job.Number, job.Fence, job.Attempt);
    }

    private string FailUnknown(ModelJob job)
    {
        if (job.State != "pending")
        {
            _ledger.Move(job, "pending");
        }

        job.Attempt++;
        return _ledger.Settle(job, "unknown_kind", job.Attempt >= MaxAttempts, Now + WaitAfter(job.Attempt));
    }
}
