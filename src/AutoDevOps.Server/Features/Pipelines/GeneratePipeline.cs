using System.Text.Json;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Pipelines;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Policies;
using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Jobs;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Features.Pipelines;

/// <summary>Generates a pipeline from a repository's files as they are now, and keeps it with its evidence and its checks.</summary>
internal sealed class GeneratePipeline(Db db, SnapshotReader snapshots) : IJobHandler<GeneratePipeline.Args>
{
    public static IReadOnlyList<string> Platforms { get; } = [.. PipelineTargets.All.Select(writer => writer.Platform)];

    public sealed record Args(Guid PipelineId) : IJobArgs
    {
        public static string Kind => "generate_pipeline";

        public static string Queue => QueueNames.CiGeneration;
    }

    /// <summary>One generated file as it is kept.</summary>
    /// <param name="Existing">What the repository has at that path now; null when it has nothing there.</param>
    public sealed record StoredFile(string Path, string Text, string? Existing, IReadOnlyList<LineEvidence> LineEvidence);

    public async Task<JobOutcome> HandleAsync(Job<Args> job, CancellationToken cancellationToken)
    {
        var pipeline = await db.InTransactionAsync(
            job.Caller, connection => connection.QuerySingleOrDefaultAsync<Row>(Sql.Find, new { job.Args.PipelineId }), cancellationToken);
        if (pipeline is null)
        {
            return JobOutcome.Cancel("The pipeline was deleted.");
        }

        await job.EnterAsync(JobState.Processing, cancellationToken);
        await job.ReportAsync("read", 0, 3, cancellationToken);
        RepositoryFiles files;
        try
        {
            files = await snapshots.ReadAsync(
                new RepositoryPlace(job.OrganizationId, pipeline.RepositoryId, pipeline.Source, pipeline.Location, job.Caller, pipeline.GithubId), reference: null, pipeline.Policy, cancellationToken);
        }
        catch (RepositoryUnreadableException unreadable) when (unreadable.IsFinal)
        {
            return JobOutcome.Fail(
                unreadable.Message,
                async connection =>
                {
                    await connection.ExecuteAsync(Sql.Fail, new { job.Args.PipelineId, failure = unreadable.Message });
                    await GitHubRows.SyncIfMovedAsync(connection, pipeline.RepositoryId, unreadable.InnerException);
                });
        }

        await job.ReportAsync("detect", 1, 3, cancellationToken);
        var generated = await Task.Run(() => Generate(files, pipeline, cancellationToken), cancellationToken);
        await job.ReportAsync("check", 3, 3, cancellationToken);
        return JobOutcome.CompletedWith(connection => WriteAsync(connection, job.Args.PipelineId, files, generated));
    }

    private static GeneratedPipeline Generate(RepositoryFiles files, Row pipeline, CancellationToken cancellationToken)
    {
        var (model, _) = RepositoryModelBuilder.Build(files.Snapshot);
        cancellationToken.ThrowIfCancellationRequested();
        return PipelineGenerator.Generate(files.Snapshot, model, pipeline.Platform, Options(pipeline));
    }

    // What the person chose goes before the repository's own word on its default branch; without either, the files decide. The branch
    // that a folder is on at the moment says nothing.
    private static PipelineOptions Options(Row pipeline) =>
        (JsonSerializer.Deserialize<PipelineOptions>(pipeline.Options, JobJson.Options) ?? new PipelineOptions()) is var chosen && chosen.DefaultBranch is null
            ? chosen with { DefaultBranch = pipeline.DefaultBranch }
            : chosen;

    private static Task<int> WriteAsync(NpgsqlConnection connection, Guid pipelineId, RepositoryFiles files, GeneratedPipeline generated) =>
        connection.ExecuteAsync(Sql.Finish, new
        {
            pipelineId,
            files.CommitSha,
            files = StoredJson.Write(generated.Files.Select(file =>
                new StoredFile(file.Path, file.Text, files.Snapshot.Find(file.Path)?.Text, file.LineEvidence))),
            checks = StoredJson.Write(generated.Checks),
            notInferred = StoredJson.Write(generated.NotInferred),
            requiredSecrets = StoredJson.Write(generated.RequiredSecrets),
            generated.IsProven,
        });

    internal sealed record Row(string Platform, string Options, Guid RepositoryId, string Source, string Location, long? GithubId, string? DefaultBranch, string? Policy);

    private static class Sql
    {
        public const string Find = $"""
            SELECT pipelines.platform AS "Platform", pipelines.options::text AS "Options", repositories.id AS "RepositoryId",
                   repositories.source AS "Source", repositories.location AS "Location", repositories.github_id AS "GithubId",
                   repositories.default_branch AS "DefaultBranch",
                   {ReadPolicy.TextInForce} AS "Policy"
            FROM pipelines
            JOIN repositories ON repositories.organization_id = pipelines.organization_id AND repositories.id = pipelines.repository_id
            WHERE pipelines.id = @PipelineId::uuid
            """;

        public const string Finish = """
            UPDATE pipelines
            SET finished_at = now(), commit_sha = @CommitSha, files = @files::jsonb, checks = @checks::jsonb,
                not_inferred = @notInferred::jsonb, required_secrets = @requiredSecrets::jsonb, is_proven = @IsProven
            WHERE id = @pipelineId AND finished_at IS NULL
            """;

        public const string Fail = "UPDATE pipelines SET finished_at = now(), failure = @failure WHERE id = @PipelineId AND finished_at IS NULL";
    }
}
