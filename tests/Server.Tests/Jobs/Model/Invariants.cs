namespace AutoDevOps.Server.Tests.Jobs.Model;

/// <summary>What must hold whatever happened, checked on what is in the database, so that the model may be wrong too.</summary>
internal static class Invariants
{
    /// <param name="before">A step earlier.</param>
    /// <param name="keptSince">Removed may be what had ended before; null: nothing.</param>
    /// <returns>Which job is lost, in words; or null.</returns>
    public static string? Loss(Sight before, Sight seen, DateTime? keptSince)
    {
        var left = seen.Jobs.Select(job => job.Number).ToHashSet();
        var lost = before.Jobs.FirstOrDefault(job => !left.Contains(job.Number) && !(job.FinishedAt < keptSince));
        return lost is null ? null : $"{lost} is gone";
    }

    /// <param name="queued">How many jobs were asked for; those that a dedupe key refused are among them.</param>
    /// <returns>The first that is broken, in words; or null.</returns>
    public static string? Violation(Sight seen, IReadOnlySet<(string From, string To)> transitions, int queued)
    {
        if (seen.Jobs.Count > queued)
        {
            return $"there are {seen.Jobs.Count} jobs, and {queued} were asked for";
        }

        if (seen.Jobs.Where(job => job.ReplayOf is not null).GroupBy(job => job.ReplayOf).FirstOrDefault(replays => replays.Count() > 1) is { } twice)
        {
            return $"job {twice.Key} is tried again by {string.Join(" and ", twice.Select(job => $"job {job.Number}"))}";
        }

        var events = seen.Events.ToLookup(added => added.Job);
        return seen.Jobs.Select(job => Violation(job, [.. events[job.Number]], transitions)).FirstOrDefault(violation => violation is not null);
    }

    private static string? Violation(JobView job, IReadOnlyList<EventView> events, IReadOnlySet<(string From, string To)> transitions)
    {
        if (!events.Select(added => added.Number).SequenceEqual(Enumerable.Range(1, job.Events)))
        {
            return $"the events of job {job.Number} are not numbered from 1 to {job.Events}";
        }

        var states = events.Where(added => added.Kind == "state").ToList();
        if (states[0] is not { From: null, To: "pending" } || states[^1].To != job.State)
        {
            return $"the events of job {job.Number} do not lead from pending to {job.State}";
        }

        foreach (var (before, after) in states.Zip(states.Skip(1)))
        {
            if (after.From != before.To || !transitions.Contains((after.From!, after.To!)))
            {
                return $"job {job.Number} went from {before.To} to {after.To}";
            }
        }

        if (job.Attempt > JobModel.MaxAttempts || states.Count(added => added.To == "active") != job.Fence)
        {
            return $"job {job.Number} is at attempt {job.Attempt}, and was taken as often as fence {job.Fence} does not say";
        }

        return (job.Worker is null) == (job.LeaseUntil is null) ? null : $"job {job.Number} has a worker without a lease or a lease without a worker";
    }
}
