using AutoDevOps.Analyzer;
using AutoDevOps.Analyzer.Snapshots;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Analyses;
using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Tests.Support;
using Dapper;

namespace AutoDevOps.Server.Tests.Features;

public class RunAnalysisTests(PostgresFixture postgres, bool isPooled = false) : IAsyncLifetime
{
    private readonly TestDatabase _database = new(postgres, isPooled);
    private readonly SampleFolder _folder = new();
    private AnalysisWorker _worker = null!;
    private Guid _user;
    private Guid _organization;
    private Guid _repository;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        (_user, _organization) = await _database.AddTenantAsync();
        _repository = await _folder.ConnectAsync(_database, _organization);
        _worker = new AnalysisWorker(_database);
    }

    public async ValueTask DisposeAsync()
    {
        await _worker.DisposeAsync();
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task It_finishes_with_everything_the_analyzer_found()
    {
        var expected = RepositoryAnalyzer.Analyze(FolderSnapshot.Read(_folder.Path, SnapshotLimits.Default, CancellationToken.None), AnalysisOptions.Default);

        var analysis = await _worker.AnalyseAsync(_user, _organization, _repository);

        var found = await FindingsAsync(analysis);
        Assert.Equal(expected.Findings.Select(finding => finding.Fingerprint).Order(), found.Select(finding => finding.Fingerprint).Order());
        Assert.All(found, finding => Assert.Equal("new", finding.State));
        var row = await OneAsync<(string State, int? Overall, int Files, int? Duration, string? Model, string? RuleSet)>(
            """
            SELECT j.state, a.overall::int, a.files, a.duration_ms, a.model::text, a.rule_set
            FROM analyses AS a JOIN jobs AS j ON j.id = a.job_id WHERE a.id = @analysis AND a.finished_at IS NOT NULL AND a.failure IS NULL
            """,
            new { analysis });
        Assert.Equal(("completed", expected.Scores.Overall, 6), (row.State, row.Overall, row.Files));
        Assert.NotNull(row.Duration);
        Assert.Contains("\"npm\"", row.Model);
        Assert.Equal(AnalysisWriter.RuleSet, row.RuleSet);
        Assert.Equal(expected.Scores.Overall, await _database.ScalarAsync<int>("SELECT overall FROM score_history WHERE analysis_id = @analysis", new { analysis }));
    }

    [Fact]
    public async Task A_list_of_findings_is_in_the_order_of_severity_rule_and_place()
    {
        // Ids that are made in one millisecond are in no order of their own.
        for (var number = 10; number < 30; number++)
        {
            _folder.Write($".github/workflows/w{number}.yml", _folder.Read(SampleFolder.Workflow));
        }

        var analysis = await _worker.AnalyseAsync(_user, _organization, _repository);

        var listed = await ListAsync<(int Rank, string Rule, string Path, int Line)>(
            "SELECT severity_rank::int, rule_id, path, start_line FROM findings WHERE analysis_id = @analysis ORDER BY severity_rank DESC, id", new { analysis });
        Assert.True(listed.Count > 40);
        Assert.Equal(
            listed.OrderByDescending(finding => finding.Rank).ThenBy(finding => finding.Rule, StringComparer.Ordinal)
                .ThenBy(finding => finding.Path, StringComparer.Ordinal).ThenBy(finding => finding.Line),
            listed);
    }

    [Fact]
    public async Task Each_finding_keeps_the_lines_it_is_about_and_the_points_it_takes()
    {
        var analysis = await _worker.AnalyseAsync(_user, _organization, _repository);

        var injection = Assert.Single(await FindingsAsync(analysis), finding => finding.RuleName == "template-injection");
        Assert.Equal((SampleFolder.Workflow, 9, 7), (injection.Path, injection.StartLine, injection.ExcerptLine));
        Assert.Equal(_folder.Read(SampleFolder.Workflow).Split('\n')[6..10], injection.Excerpt!.Split('\n'));
        Assert.Equal(3.8, injection.Points);
        Assert.Equal(0.95, injection.Confidence);
    }

    [Fact]
    public async Task Of_a_file_with_a_secret_nothing_that_could_be_one_is_kept_not_even_in_a_patch()
    {
        // Put together here, so that no file of ours holds anything of this shape.
        var secret = string.Concat("sk_", "live_", "8Tq2vNx5Jw7RzLm4KdYc9HgB");
        _folder.Write(SampleFolder.Workflow, _folder.Read(SampleFolder.Workflow) + $"    env:\n      TOKEN: {secret}\n");

        var analysis = await _worker.AnalyseAsync(_user, _organization, _repository);

        Assert.Contains(await FindingsAsync(analysis), finding => finding.RuleId.StartsWith("SEC", StringComparison.Ordinal));
        Assert.Equal(0, await _database.ScalarAsync<long>("SELECT count(*) FROM findings WHERE strpos(findings::text, @rest) > 0", new { rest = secret[8..] }));
        Assert.Equal(0, await _database.ScalarAsync<long>("SELECT count(*) FROM findings WHERE path = @path AND fix ->> 'diff' IS NOT NULL", new { path = SampleFolder.Workflow }));
        Assert.NotEqual(0, await _database.ScalarAsync<long>("SELECT count(*) FROM findings WHERE path = @path AND fix IS NOT NULL", new { path = SampleFolder.Workflow }));
    }

    [Fact]
    public async Task Whoever_watches_sees_the_stages_in_order()
    {
        var analysis = await _worker.AnalyseAsync(_user, _organization, _repository);

        var events = await ListAsync<string>(
            """
            SELECT coalesce(e.to_state, e.data ->> 'stage') FROM job_events AS e JOIN analyses AS a ON a.job_id = e.job_id
            WHERE a.id = @analysis ORDER BY e.seq
            """,
            new { analysis });
        Assert.Equal(["pending", "active", "processing", "read"], events[..4]);
        Assert.Equal("completed", events[^1]);
        // Between those, only the newest of what comes at once is passed on.
        Assert.Equal(events[4..^1].Order(Comparer<string>.Create((a, b) => Stage(a) - Stage(b))), events[4..^1]);
        Assert.Equal("scores", events[^2]);
    }

    [Fact]
    public async Task The_same_folder_again_is_the_same_result_and_nothing_is_new()
    {
        var first = await _worker.AnalyseAsync(_user, _organization, _repository);
        var second = await _worker.AnalyseAsync(_user, _organization, _repository);
        Assert.Equal(6, _worker.Get<AnalysisMemory>().Recalled);

        static object Same(FindingRow finding) => finding with { Id = default, AnalysisId = default, State = "" };
        var (before, after) = (await FindingsAsync(first), await FindingsAsync(second));
        Assert.Equal(before.Select(Same), after.Select(Same));
        Assert.All(after, finding => Assert.Equal("existing", finding.State));
        Assert.Equal(first, await _database.ScalarAsync<Guid>("SELECT baseline_id FROM analyses WHERE id = @second", new { second }));
        Assert.Equal(1, await _database.ScalarAsync<long>("SELECT count(DISTINCT (scores, model, coverage, diagnostics)) FROM analyses"));
    }

    [Fact]
    public async Task A_folder_that_is_gone_ends_it_with_the_reason_and_is_not_tried_again()
    {
        _folder.Dispose();

        var analysis = await _worker.AnalyseAsync(_user, _organization, _repository);

        var (state, error, failure) = await OneAsync<(string, string, string)>(
            "SELECT j.state, j.error, a.failure FROM analyses AS a JOIN jobs AS j ON j.id = a.job_id WHERE a.id = @analysis AND a.finished_at IS NOT NULL", new { analysis });
        Assert.Equal("dead_letter", state);
        Assert.Contains(_folder.Path, failure, StringComparison.Ordinal);
        Assert.Equal(error, failure);
        Assert.Empty(await FindingsAsync(analysis));
    }

    [Fact]
    public async Task Asked_to_stop_while_it_reads_it_stops_and_leaves_no_finding()
    {
        var source = new EndlessSource();
        await using var worker = new AnalysisWorker(_database, source);
        var started = await worker.QueueAsync(_user, _organization, new StartAnalysis.Request(_repository));
        var run = worker.RunOnceAsync();
        await source.Entered.Task;

        await _database.Db.InTransactionAsync(
            Caller.User(_user), connection => connection.ExecuteAsync("SELECT app.cancel_job(@JobId)", new { started.JobId }), TestContext.Current.CancellationToken);
        Assert.True(worker.Get<Heartbeat>().Beat());
        await run;

        var (state, failure, overall) = await OneAsync<(string, string, int?)>(
            "SELECT j.state, a.failure, a.overall::int FROM analyses AS a JOIN jobs AS j ON j.id = a.job_id WHERE a.id = @AnalysisId AND a.finished_at IS NOT NULL", new { started.AnalysisId });
        Assert.Equal(("cancelled", "Cancelled.", null), (state, failure, overall));
        Assert.Empty(await FindingsAsync(started.AnalysisId));
    }

    [Fact]
    public async Task Run_again_after_its_answer_was_lost_it_writes_nothing_twice()
    {
        var analysis = await _worker.AnalyseAsync(_user, _organization, _repository);
        var before = await FindingsAsync(analysis);
        var target = new AnalysisWriter.Target(analysis, _organization, _repository, "full", null);
        var snapshot = FolderSnapshot.Read(_folder.Path, SnapshotLimits.Default, CancellationToken.None);
        var examined = new AnalysisWriter.Examined(snapshot, RepositoryAnalyzer.Analyze(snapshot, AnalysisOptions.Default), null, null, false, TimeSpan.FromSeconds(1));

        await _database.Db.InTransactionAsync(Caller.User(_user), connection => AnalysisWriter.WriteAsync(connection, target, examined), TestContext.Current.CancellationToken);

        Assert.Equal(before, await FindingsAsync(analysis));
    }

    private static int Stage(string name) => Array.IndexOf(["read", "detect", "rules", "scores"], name);

    private async Task<List<FindingRow>> FindingsAsync(Guid analysis) =>
        await ListAsync<FindingRow>($"SELECT {FindingRow.Columns} {FindingRow.Source} WHERE f.analysis_id = @analysis ORDER BY f.severity_rank DESC, f.path, f.start_line, f.rule_id", new { analysis });

    private async Task<List<T>> ListAsync<T>(string sql, object parameters)
    {
        await using var connection = await _database.Administrator.OpenConnectionAsync();
        return (await connection.QueryAsync<T>(sql, parameters)).AsList();
    }

    private async Task<T> OneAsync<T>(string sql, object parameters) => Assert.Single(await ListAsync<T>(sql, parameters));

    /// <summary>A repository that never ends: it is read until somebody says stop.</summary>
    private sealed class EndlessSource : IRepositorySource
    {
        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Source => "local";

        public async Task<RepositoryFiles> ReadAsync(RepositoryPlace place, string? reference, CancellationToken cancellationToken)
        {
            Entered.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            throw new InvalidOperationException("It is endless.");
        }
    }
}
