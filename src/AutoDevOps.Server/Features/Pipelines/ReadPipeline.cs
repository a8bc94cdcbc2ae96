using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Jobs;
using AutoDevOps.Server.Security;
using AutoDevOps.Server.Ui;
using Dapper;

namespace AutoDevOps.Server.Features.Pipelines;

/// <summary>Reads a generated pipeline, or how far its generation is.</summary>
internal static class ReadPipeline
{
    public sealed record Pipeline(
        Guid Id, Guid RepositoryId, string Repository, Guid JobId, string Platform, string? CommitSha, string? Files, string? Checks, string? NotInferred,
        string? RequiredSecrets, bool? IsProven, string? Failure, DateTime CreatedAt, DateTime? FinishedAt, bool MayWrite)
    {
        public IReadOnlyList<PipelineFile> FileList() => Stored.ReadList<PipelineFile>(Files);
    }

    public sealed record Result(Pipeline Pipeline, JobProgress? Progress);

    /// <summary>Null: there is no such pipeline, or not for this person.</summary>
    public static Task<Result?> ReadAsync(Db db, CurrentUser user, Guid id, CancellationToken cancellationToken) =>
        db.InTransactionAsync(
            user.Caller,
            async connection =>
            {
                var pipeline = await connection.QuerySingleOrDefaultAsync<Pipeline>(new CommandDefinition(Sql.Find, new { id }, cancellationToken: cancellationToken));
                return pipeline is null ? null
                    : new Result(pipeline, pipeline.FinishedAt is null ? await JobProgress.ReadAsync(connection, pipeline.JobId, cancellationToken) : null);
            },
            cancellationToken);

    private static class Sql
    {
        public const string Find = """
            SELECT p.id, p.repository_id AS repositoryid, r.name AS repository, p.job_id AS jobid, p.platform, p.commit_sha AS commitsha, p.files, p.checks,
                   p.not_inferred AS notinferred, p.required_secrets AS requiredsecrets, p.is_proven AS isproven, p.failure, p.created_at AS createdat,
                   p.finished_at AS finishedat, p.organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('member'))) AS maywrite
            FROM pipelines AS p JOIN repositories AS r ON r.organization_id = p.organization_id AND r.id = p.repository_id
            WHERE p.id = @id::uuid
            """;
    }
}
