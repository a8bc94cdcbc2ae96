namespace AutoDevOps.Server.Features.Jobs;

/// <summary>A job as the API shows it.</summary>
/// <param name="Attempt">The running or last attempt, from 1; 0 before the first.</param>
/// <param name="RunAt">Not before this time.</param>
/// <param name="ReplayOf">The dead letter that this job tries again.</param>
/// <param name="AnalysisId">What the job makes, if it is an analysis.</param>
/// <param name="PipelineId">What the job makes, if it is a pipeline.</param>
public sealed record JobResponse(
    Guid Id, string Queue, string Kind, string State, int Attempt, int MaxAttempts, string? Error, DateTime CreatedAt, DateTime RunAt, DateTime? StartedAt,
    DateTime? FinishedAt, bool CancelRequested, Guid? ReplayOf, Guid? RepositoryId, Guid? AnalysisId, Guid? PipelineId)
{
    internal static JobResponse Of(ReadJobs.Row job) => new(
        job.Id, job.Queue, job.Kind, job.State, job.Attempt, job.MaxAttempts, job.Error, job.CreatedAt, job.RunAt, job.StartedAt, job.FinishedAt,
        job.CancelRequested, job.ReplayOf, job.RepositoryId, job.AnalysisId, job.PipelineId);
}
