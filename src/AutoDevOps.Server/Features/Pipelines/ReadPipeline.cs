using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Jobs;
using AutoDevOps.Server.Features.Proposals;
using AutoDevOps.Server.Security;
using AutoDevOps.Server.Ui;
using Dapper;
using Npgsql;

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

    /// <param name="Proposal">The pull request for this platform, whichever pipeline it has.</param>
    /// <param name="Target">Whether one can be opened.</param>
    public sealed record Result(Pipeline Pipeline, JobProgress? Progress, ReadProposals.Proposal? Proposal, ProposalTarget Target)
    {
        public PipelineResponse Response => PipelineResponse.Of(Pipeline) with { PullRequest = ProposalResponse.Of(Proposal) };

        /// <summary>Why none can be opened; null when nothing speaks against it.</summary>
        public string? CannotPropose =>
            Target.Reason(Pipeline.FileList().Select(file => file.Path))
            ?? ProposePipeline.Reason(Pipeline.FinishedAt is not null, Pipeline.Failure, Pipeline.IsProven, Pipeline.FileList().Count > 0);
    }

    /// <summary>Null: there is no such pipeline, or not for this person.</summary>
    public static Task<Result?> ReadAsync(Db db, CurrentUser user, Guid id, CancellationToken cancellationToken) =>
        db.InTransactionAsync(
            user.Caller,
            async connection =>
            {
                var pipeline = await FindAsync(connection, id, cancellationToken);
                if (pipeline is null)
                {
                    return null;
                }

                var branch = ProposalBranch.OfPipeline(pipeline.Platform);
                return new Result(
                    pipeline,
                    pipeline.FinishedAt is null ? await JobProgress.ReadAsync(connection, pipeline.JobId, cancellationToken) : null,
                    (await ReadProposals.ReadAsync(connection, pipeline.RepositoryId, [branch], cancellationToken)).GetValueOrDefault(branch),
                    await ProposalTarget.ReadAsync(connection, pipeline.RepositoryId, cancellationToken));
            },
            cancellationToken);

    /// <summary>Null: there is no such pipeline, or not for whoever asks.</summary>
    public static Task<Pipeline?> FindAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<Pipeline>(new CommandDefinition(Sql.Find, new { id }, cancellationToken: cancellationToken));

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
