namespace AutoDevOps.Server.Tests.Jobs.Model;

/// <summary>The model's jobs and their events: no state changes without its event.</summary>
internal sealed class ModelLedger
{
    public DateTime Now { get; set; } = JobModel.Start;

    public List<ModelJob> Jobs { get; } = [];

    public List<EventView> Events { get; } = [];

    /// <returns>False: another job of the tenant with the same key has not ended.</returns>
    public bool TryAdd(ModelJob added)
    {
        if (added.DedupeKey is not null && Jobs.Exists(other => other.Tenant == added.Tenant && other.DedupeKey == added.DedupeKey && !other.HasEnded))
        {
            return false;
        }

        Jobs.Add(added);
        Note(added, null, "pending");
        return true;
    }

    /// <returns>How many had ended longer ago.</returns>
    public int Prune(TimeSpan keep)
    {
        var pruned = Jobs.Where(job => job.FinishedAt < Now - keep).Select(job => job.Number).ToHashSet();
        Events.RemoveAll(added => pruned.Contains(added.Job));
        return Jobs.RemoveAll(job => pruned.Contains(job.Number));
    }

    public string Settle(ModelJob job, string code, bool isFinal, DateTime runAt)
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

    public List<(int Job, string State)> Rescue()
    {
        List<(int, string)> moved = [];
        foreach (var job in Jobs.Where(job => job.LeaseUntil < Now).ToList())
        {
            var state = Settle(job, "worker_lost", job.Rescues > 0 || job.Attempt >= JobModel.MaxAttempts, Now);
            if (state is "failed" or "retrying")
            {
                Move(job, "pending");
            }

            job.Rescues++;
            moved.Add((job.Number, job.State));
        }

        return moved;
    }

    public void Complete(ModelJob job)
    {
        if (job.State == "active")
        {
            Move(job, "processing");
        }

        End(job, "completed", null);
    }

    public void End(ModelJob job, string state, string? code)
    {
        (job.Code, job.FinishedAt) = (code, Now);
        Leave(job);
        Move(job, state);
    }

    private static void Leave(ModelJob job) => (job.Worker, job.LeaseUntil) = (null, null);

    public void Move(ModelJob job, string state)
    {
        var from = job.State;
        job.State = state;
        Note(job, from, state);
    }

    private void Note(ModelJob job, string? from, string to)
    {
        var isStop = to is "failed" or "retrying" or "dead_letter" or "cancelled";
        var isWaiting = to is "failed" or "retrying" || (to == "pending" && from is not null && job.RunAt > Now);
        Events.Add(new EventView(
            job.Number, ++job.Events, Now, "state", from, to, job.Attempt, isStop ? job.Code : null, isWaiting ? job.RunAt : null));
    }
}
