using AutoDevOps.Server.Data;
using Dapper;

namespace AutoDevOps.Server.Jobs;

/// <summary>Puts jobs in line for what is due: a function of the database takes it, moves it on and makes the jobs, so that of many processes that
/// look one makes them (docs/decisions/0014).</summary>
internal sealed class DueJobs(Db db, ProcessIdentity process, QueueCatalog queues, JobNotifier notifier)
{
    private const int Batch = 500;

    /// <param name="sql">Calls the function, with <c>@limit</c>, <c>@every</c>, <c>@queue</c>, <c>@kind</c>, <c>@priority</c> and <c>@maxAttempts</c>; it gives
    /// the organization and the id of each job.</param>
    /// <param name="every">When the same is due again.</param>
    /// <returns>How many were made, in as many transactions as it takes.</returns>
    public async Task<int> QueueAsync<TArgs>(string sql, TimeSpan every, CancellationToken cancellationToken)
        where TArgs : IJobArgs
    {
        var queue = queues[TArgs.Queue];
        var sum = 0;
        for (int made; ; sum += made)
        {
            made = await db.InTransactionAsync(
                process.Caller,
                async connection =>
                {
                    var jobs = (await connection.QueryAsync<(Guid Organization, Guid Job)>(
                        sql, new { limit = Batch, every, queue = TArgs.Queue, kind = TArgs.Kind, priority = queue.Priority, maxAttempts = queue.MaxAttempts })).AsList();
                    Db.AfterCommit(connection, () => jobs.ForEach(job => notifier.AnnounceJob(TArgs.Queue, job.Organization, job.Job)));
                    return jobs.Count;
                },
                cancellationToken);
            if (made < Batch)
            {
                return sum + made;
            }
        }
    }
}
