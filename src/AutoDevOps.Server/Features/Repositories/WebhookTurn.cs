using AutoDevOps.Server.Data;
using AutoDevOps.Server.Jobs;
using Dapper;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>The hook of a repository is made and removed by one job at a time, whatever process it runs in: else one would delete on GitHub what
/// another has just made there.</summary>
internal static class WebhookTurn
{
    private static readonly TimeSpan UntilItIsFree = TimeSpan.FromSeconds(5);

    /// <param name="work">Looks for itself what is wanted now. What it writes, it writes in other transactions.</param>
    /// <returns>What the work came to; or to come again, when another job is at it.</returns>
    public static Task<JobOutcome> TakeAsync<TArgs>(Db db, Job<TArgs> job, Guid repositoryId, Func<Task<JobOutcome>> work, CancellationToken cancellationToken)
        where TArgs : IJobArgs =>
        db.InTransactionAsync(
            job.Caller,
            // The lock ends with the transaction, which holds nothing else.
            async connection => await connection.ExecuteScalarAsync<bool>(new CommandDefinition(Sql.Lock, new { repositoryId }, cancellationToken: cancellationToken))
                ? await work()
                : JobOutcome.Snooze(UntilItIsFree, "Another job makes or removes this hook at the moment."),
            cancellationToken);

    private static class Sql
    {
        public const string Lock = "SELECT pg_try_advisory_xact_lock(hashtextextended('app.repository_webhook:' || @repositoryId::uuid, 7))";
    }
}
