using System.Globalization;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Analyses;
using AutoDevOps.Server.Features.Pipelines;
using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Security;
using AutoDevOps.Server.Ui.Text;
using Dapper;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Hosting;

/// <summary>What <c>up</c> does with the folders it is given: connects them, has each analysed and a pipeline generated, and tells
/// the terminal how it went.</summary>
internal sealed class FirstTour(CurrentUser user, TextWriter output, Db db, JobQueue jobs, IOptions<HttpOptions> http, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    public async Task RunAsync(IReadOnlyList<string> folders, bool analyse, CancellationToken cancellationToken)
    {
        var organizationId = await db.InTransactionAsync(
            user.Caller, connection => connection.ExecuteScalarAsync<Guid>(Sql.Organization, new { userId = user.Id }), cancellationToken);
        foreach (var folder in folders)
        {
            var repository = await db.InTransactionAsync(
                user.Caller,
                connection => ConnectRepository.ConnectAsync(connection, organizationId, ConnectRepository.Source.Local, folder, name: null),
                cancellationToken);
            await output.WriteLineAsync($"  {repository.Name}: connected ({folder})");
            if (analyse)
            {
                await AnalyseAsync(organizationId, repository, cancellationToken);
            }
        }
    }

    private async Task AnalyseAsync(Guid organizationId, ConnectRepository.Response repository, CancellationToken cancellationToken)
    {
        var analysis = await db.InTransactionAsync(
            user.Caller,
            connection => StartAnalysis.QueueAsync(connection, jobs, organizationId, user.Id, new StartAnalysis.Request(repository.Id)),
            cancellationToken);
        if (!await WaitAsync(repository.Name, "analysis", analysis.JobId, cancellationToken))
        {
            return;
        }

        var result = await db.InTransactionAsync(
            user.Caller, connection => connection.QuerySingleAsync<Result>(Sql.Result, new { analysis.AnalysisId }), cancellationToken);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"  {repository.Name}: {Score(result)} · {Words.Count(result.Findings, "finding")} ({result.Critical} critical, {result.High} high) · {Words.Count(result.Files, "file")} in {result.DurationMs / 1000.0:0.0} s"));
        await output.WriteLineAsync($"    {new Uri(http.Value.PublicAddress, $"/analyses/{analysis.AnalysisId}")}");

        var pipeline = await db.InTransactionAsync(
            user.Caller,
            connection => StartPipeline.QueueAsync(connection, jobs, organizationId, user.Id, new StartPipeline.Request(repository.Id, "github")),
            cancellationToken);
        if (await WaitAsync(repository.Name, "pipeline", pipeline.JobId, cancellationToken))
        {
            var made = await db.InTransactionAsync(
                user.Caller, connection => connection.QuerySingleAsync<Made>(Sql.Pipeline, new { pipeline.PipelineId }), cancellationToken);
            await output.WriteLineAsync(made.IsProven ? $"  {repository.Name}: a pipeline is ready to look at" : $"  {repository.Name}: no pipeline is offered: {made.Why}");
            await output.WriteLineAsync($"    {new Uri(http.Value.PublicAddress, $"/pipelines/{pipeline.PipelineId}")}");
        }
    }

    /// <summary>Waits for a job's end; says each new stage, and why it failed.</summary>
    private async Task<bool> WaitAsync(string repository, string what, Guid jobId, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var told = "";
        do
        {
            var status = await db.InTransactionAsync(
                user.Caller, connection => connection.QuerySingleAsync<Status>(Sql.Status, new { jobId }), cancellationToken);
            switch (status.State)
            {
                case "completed":
                    return true;
                case "dead_letter" or "cancelled":
                    await output.WriteLineAsync($"  {repository}: {what} failed: {status.Error ?? status.State}");
                    return false;
                default:
                    var now = status.Stage ?? status.State;
                    if (now != told)
                    {
                        told = now;
                        await output.WriteLineAsync($"  {repository}: {what}: {now} …");
                    }

                    break;
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));

        return false;
    }

    private static string Score(Result result) => result.Overall is { } score ? $"score {score} of 100" : "no score";

    private sealed record Status(string State, string? Error, string? Stage);

    private sealed record Made(bool IsProven, string? Why);

    private sealed record Result(short? Overall, int Files, int DurationMs, long Findings, long Critical, long High);

    private static class Sql
    {
        public const string Organization = "SELECT id FROM organizations WHERE personal_user_id = @userId::uuid";

        public const string Status = """
            SELECT state AS "State", error AS "Error",
                   (SELECT data ->> 'stage' FROM job_events
                    WHERE job_events.job_id = jobs.id AND kind = 'progress' ORDER BY seq DESC LIMIT 1) AS "Stage"
            FROM jobs WHERE id = @jobId::uuid
            """;

        public const string Pipeline = """
            SELECT is_proven AS "IsProven",
                   (SELECT string_agg(one ->> 'detail', ' ') FROM jsonb_array_elements(checks) AS one WHERE NOT (one ->> 'passed')::boolean) AS "Why"
            FROM pipelines WHERE id = @PipelineId::uuid
            """;

        public const string Result = """
            SELECT overall AS "Overall", files AS "Files", duration_ms AS "DurationMs",
                   count(findings.id) AS "Findings",
                   count(findings.id) FILTER (WHERE findings.severity = 'critical') AS "Critical",
                   count(findings.id) FILTER (WHERE findings.severity = 'high') AS "High"
            FROM analyses
            LEFT JOIN findings ON findings.organization_id = analyses.organization_id AND findings.analysis_id = analyses.id
                AND findings.state IN ('new', 'existing')
            WHERE analyses.id = @AnalysisId::uuid
            GROUP BY overall, files, duration_ms
            """;
    }
}
