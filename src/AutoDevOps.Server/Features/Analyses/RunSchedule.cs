using AutoDevOps.Server.Data;
using AutoDevOps.Server.Jobs;

namespace AutoDevOps.Server.Features.Analyses;

/// <summary>Starts the analysis that a repository's schedule asks for.</summary>
internal sealed class RunSchedule(Db db, JobQueue jobs) : IJobHandler<ScheduledArgs>
{
    public async Task<JobOutcome> HandleAsync(Job<ScheduledArgs> job, CancellationToken cancellationToken)
    {
        var schedule = (await db.QueryAsync<Row>(job.Caller, Sql.Find, new { job.Args.ScheduleId }, cancellationToken)).SingleOrDefault();
        if (schedule is null)
        {
            return JobOutcome.Cancel("The schedule was removed.");
        }

        if (schedule.IsDisconnected)
        {
            return JobOutcome.Cancel("The repository is disconnected.");
        }

        var request = new StartAnalysis.Request(schedule.RepositoryId, StartAnalysis.Kinds[schedule.Kind]);
        return JobOutcome.CompletedWith(connection => StartAnalysis.QueueAsync(connection, jobs, job.OrganizationId, schedule.RequestedBy, request));
    }

    private sealed record Row(Guid RepositoryId, string Kind, Guid? RequestedBy, bool IsDisconnected);

    private static class Sql
    {
        public const string Find = """
            SELECT repository_id AS "RepositoryId", kind AS "Kind", requested_by AS "RequestedBy", repositories.disconnected_at IS NOT NULL AS "IsDisconnected"
            FROM schedules JOIN repositories ON repositories.organization_id = schedules.organization_id AND repositories.id = schedules.repository_id
            WHERE schedules.id = @ScheduleId::uuid
            """;
    }
}
