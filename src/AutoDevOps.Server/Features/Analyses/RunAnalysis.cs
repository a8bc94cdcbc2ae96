using System.Threading.Channels;
using AutoDevOps.Analyzer;
using AutoDevOps.Analyzer.Rules;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Policies;
using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Jobs;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Features.Analyses;

/// <summary>Reads a repository, examines it, and writes what was found.</summary>
internal sealed class RunAnalysis(Db db, JobQueue jobs, SnapshotReader snapshots, AnalysisMemory memory, TimeProvider time) : IJobHandler<RunAnalysis.Args>
{
    /// <summary>How often one that follows another looks whether that has ended.</summary>
    internal static readonly TimeSpan Turn = TimeSpan.FromSeconds(5);

    public sealed record Args(Guid AnalysisId) : IJobArgs
    {
        public static string Kind => "run_analysis";

        public static string Queue => QueueNames.Analysis;
    }

    public async Task<JobOutcome> HandleAsync(Job<Args> job, CancellationToken cancellationToken)
    {
        var analysis = await db.InTransactionAsync(
            job.Caller, connection => connection.QuerySingleOrDefaultAsync<Row>(Sql.Find, new { job.Args.AnalysisId }), cancellationToken);
        if (analysis is null)
        {
            return JobOutcome.Cancel("The analysis was deleted.");
        }

        if (analysis.IsBehindAnother)
        {
            // What changes meanwhile is seen by this one, once.
            return JobOutcome.Snooze(Turn, "An older analysis of the same is running.");
        }

        await job.EnterAsync(JobState.Processing, cancellationToken);
        await job.ReportAsync("read", 0, 1, cancellationToken);
        var start = time.GetTimestamp();
        RepositoryFiles files;
        try
        {
            files = await snapshots.ReadAsync(
                new RepositoryPlace(job.OrganizationId, analysis.RepositoryId, analysis.Source, analysis.Location, job.Caller, analysis.GithubId), analysis.Ref, analysis.Policy, cancellationToken);
        }
        catch (RepositoryUnreadableException unreadable) when (unreadable.IsFinal)
        {
            return JobOutcome.Fail(
                unreadable.Message,
                async connection =>
                {
                    await connection.ExecuteAsync(Sql.Fail, new { job.Args.AnalysisId, failure = unreadable.Message });
                    await GitHubRows.SyncIfMovedAsync(connection, analysis.RepositoryId, unreadable.InnerException);
                    await PublishAsync(connection, job, analysis.Source);
                });
        }

        await job.ReportAsync("read", 1, 1, cancellationToken);
        var options = Options(analysis.Kind) with { Today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime), Memory = memory.For(job.OrganizationId.ToString("N")) };
        var result = await AnalyzeAsync(job, files.Snapshot, options, cancellationToken);
        var target = new AnalysisWriter.Target(job.Args.AnalysisId, job.OrganizationId, analysis.RepositoryId, analysis.Kind, analysis.Ref, analysis.PullRequest);
        var examined = new AnalysisWriter.Examined(files.Snapshot, result, files.CommitSha, files.Branch, files.IsDirty, time.GetElapsedTime(start));
        return JobOutcome.CompletedWith(async connection =>
        {
            await AnalysisWriter.WriteAsync(connection, target, examined);
            await PublishAsync(connection, job, analysis.Source);
        });
    }

    private Task PublishAsync(NpgsqlConnection connection, Job<Args> job, string source) =>
        source == "github" ? PublishResults.QueueAsync(connection, jobs, job.OrganizationId, job.Args.AnalysisId) : Task.CompletedTask;

    internal static AnalysisOptions Options(string kind) => kind switch
    {
        "security" => AnalysisOptions.Default with { Categories = new HashSet<Category> { Category.Security } },
        "performance" => AnalysisOptions.Default with { Categories = new HashSet<Category> { Category.Performance } },
        "ci_cd" => AnalysisOptions.Default with { Categories = new HashSet<Category> { Category.CiCd } },
        _ => AnalysisOptions.Default,
    };

    // The analyzer computes and cannot wait; what it tells of its progress is passed on from here, the newest only.
    private static async Task<AnalysisResult> AnalyzeAsync(
        Job<Args> job, RepositorySnapshot snapshot, AnalysisOptions options, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var news = Channel.CreateBounded<AnalysisProgress>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        var analysis = Task.Run(
            () =>
            {
                try
                {
                    return RepositoryAnalyzer.Analyze(snapshot, options, new Reporter(news.Writer), stop.Token);
                }
                finally
                {
                    news.Writer.Complete();
                }
            },
            stop.Token);
        try
        {
            await foreach (var progress in news.Reader.ReadAllAsync(cancellationToken))
            {
                await job.ReportAsync(progress.Stage, progress.Done, progress.Total, cancellationToken);
            }

            return await analysis;
        }
        finally
        {
            // When the lease is lost, the rest of the work is for nobody.
            await stop.CancelAsync();
        }
    }

    internal sealed record Row(Guid RepositoryId, string Kind, string? Ref, int? PullRequest, string Source, string Location, long? GithubId, string? Policy, bool IsBehindAnother);

    private sealed class Reporter(ChannelWriter<AnalysisProgress> writer) : IProgress<AnalysisProgress>
    {
        public void Report(AnalysisProgress value) => writer.TryWrite(value);
    }

    private static class Sql
    {
        public const string Find = $"""
            SELECT analyses.repository_id AS "RepositoryId", analyses.kind AS "Kind", analyses.ref AS "Ref", analyses.pull_request AS "PullRequest",
                   repositories.source AS "Source", repositories.location AS "Location", repositories.github_id AS "GithubId", {ReadPolicy.TextInForce} AS "Policy",
                   EXISTS (
                       SELECT FROM analyses AS older JOIN jobs ON jobs.organization_id = older.organization_id AND jobs.id = older.job_id
                       WHERE older.organization_id = analyses.organization_id AND older.repository_id = analyses.repository_id AND older.id < analyses.id
                         AND older.kind = analyses.kind AND older.ref IS NOT DISTINCT FROM analyses.ref AND older.finished_at IS NULL
                         AND jobs.state IN ('active', 'processing', 'ai_request')) AS "IsBehindAnother"
            FROM analyses
            JOIN repositories ON repositories.organization_id = analyses.organization_id AND repositories.id = analyses.repository_id
            WHERE analyses.id = @AnalysisId::uuid
            """;

        public const string Fail = "UPDATE analyses SET finished_at = now(), failure = @failure WHERE id = @AnalysisId AND finished_at IS NULL";
    }
}
