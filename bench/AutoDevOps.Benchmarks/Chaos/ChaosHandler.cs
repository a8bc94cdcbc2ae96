using AutoDevOps.Server.Data;
using AutoDevOps.Server.Jobs;
using Dapper;

namespace AutoDevOps.Benchmarks.Chaos;

/// <summary>Does what the job says, and leaves traces: one of every run while it holds the lease, and one of its effect, in the transaction
/// that completes it.</summary>
internal sealed class ChaosHandler(Db db, TimeProvider time) : IJobHandler<ChaosHandler.Args>
{
    /// <param name="Does">One of the <see cref="Deeds"/>.</param>
    internal sealed record Args(string Does, int Milliseconds) : IJobArgs
    {
        public static string Kind => "chaos";

        public static string Queue => QueueNames.Analysis;
    }

    /// <summary>What a job may do, and how many of a hundred do.</summary>
    public static IReadOnlyList<(string Name, int Share)> Deeds { get; } =
        [("write", 55), ("nothing", 15), ("retry", 10), ("ask", 6), ("snooze", 5), ("fail", 3), ("bury", 3), ("withdraw", 3)];

    public async Task<JobOutcome> HandleAsync(Job<Args> job, CancellationToken cancellationToken)
    {
        var runs = await TouchAsync(job, cancellationToken);
        if (job.Args.Does == "ask")
        {
            await job.EnterAsync(JobState.AiRequest, cancellationToken);
        }
        else if (job.Args.Milliseconds % 2 == 0)
        {
            await job.EnterAsync(JobState.Processing, cancellationToken);
        }

        await Task.Delay(TimeSpan.FromMilliseconds(job.Args.Milliseconds), time, cancellationToken);
        await TouchAsync(job, cancellationToken);
        return job.Args.Does switch
        {
            "nothing" => JobOutcome.Completed,
            "retry" or "ask" when job.Attempt == 1 => throw new JobFailedException("chaos", "Not the first time."),
            "fail" => throw new JobFailedException("chaos", "Never."),
            "bury" => JobOutcome.Fail("It is broken."),
            "withdraw" => JobOutcome.Cancel("There is nothing to do."),
            "snooze" when runs < 2 => JobOutcome.Snooze(TimeSpan.FromSeconds(1), "Not now."),
            _ => JobOutcome.CompletedWith(connection => connection.ExecuteAsync(Sql.Affect, Claim(job))),
        };
    }

    /// <summary>Says that this claim holds the job now, which the database believes only if it is so.</summary>
    /// <returns>How many runs the job had before this one.</returns>
    private async Task<long> TouchAsync(Job<Args> job, CancellationToken cancellationToken)
    {
        var answer = await db.QueryAsync<long>(job.Caller, Sql.Touch, Claim(job), cancellationToken);
        return answer.Count == 1 ? answer[0] : throw new LeaseLostException(job.Id);
    }

    private static object Claim(Job<Args> job) => new { job = job.Id, worker = job.Caller.WorkerId, fence = job.Caller.Fence };

    private static class Sql
    {
        // The row of the job is locked first and the time asked for then: of two claims that hold it one after the other, all of the
        // first come before all of the second.
        public const string Touch = """
            INSERT INTO chaos_touches (job_id, worker_id, fence, at)
            SELECT @job, @worker, @fence, clock_timestamp() FROM (SELECT app.hold_job(@job, @worker, @fence) AS is_held OFFSET 0) AS job WHERE job.is_held
            RETURNING (SELECT count(DISTINCT fence) FROM chaos_touches WHERE job_id = @job AND fence <> @fence)
            """;

        public const string Affect = "INSERT INTO chaos_effects (job_id, worker_id, fence) VALUES (@job, @worker, @fence)";
    }
}
