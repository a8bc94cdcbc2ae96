using AutoDevOps.Analyzer;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Rules;
using AutoDevOps.Analyzer.Scoring;
using AutoDevOps.Analyzer.Snapshots;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Analyses;
using AutoDevOps.Server.Features.Overview;
using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Security;
using AutoDevOps.Server.Tests.Support;
using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDevOps.Server.Tests.Features;

/// <summary>How an analysis stands to the one before it, and to what people suppressed.</summary>
public sealed class ComparisonTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Injection = "template-injection";

    private readonly TestDatabase _database = new(postgres);
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
    public async Task A_finding_whose_lines_moved_is_the_one_that_was_there()
    {
        await AnalyseAsync();
        _folder.Write(SampleFolder.Workflow, "# One\n# two\n# three more lines.\n" + _folder.Read(SampleFolder.Workflow));

        var second = await AnalyseAsync();

        Assert.Equal(["existing"], await StatesAsync(second));
        Assert.Equal(12, await _database.ScalarAsync<int>("SELECT start_line FROM findings WHERE analysis_id = @second AND rule_name = @Injection", new { second, Injection }));
    }

    [Fact]
    public async Task What_went_is_fixed_once_and_new_when_it_comes_back()
    {
        await AnalyseAsync();
        var workflow = _folder.Read(SampleFolder.Workflow);
        _folder.Write(SampleFolder.Workflow, workflow.Replace("${{ github.event.pull_request.title }}", "hello", StringComparison.Ordinal));

        Assert.Equal("fixed", await StateAsync(await AnalyseAsync()));
        Assert.Null(await StateAsync(await AnalyseAsync()));
        _folder.Write(SampleFolder.Workflow, workflow);
        Assert.Equal("new", await StateAsync(await AnalyseAsync()));
        Assert.Equal("existing", await StateAsync(await AnalyseAsync()));
    }

    [Fact]
    public async Task What_is_fixed_costs_nothing_and_is_shown_as_it_was()
    {
        var first = await AnalyseAsync();
        _folder.Delete("Dockerfile");

        var second = await AnalyseAsync();

        Assert.Equal(
            await ListAsync("SELECT concat_ws(' ', path, start_line, message, excerpt) FROM findings WHERE analysis_id = @analysis AND path = 'Dockerfile'", first),
            await ListAsync("SELECT concat_ws(' ', path, start_line, message, excerpt) FROM findings WHERE analysis_id = @analysis AND state = 'fixed'", second));
        Assert.Equal(0, await _database.ScalarAsync<double>("SELECT sum(points) FROM findings WHERE analysis_id = @second AND state = 'fixed'", new { second }));
        Assert.True(await ScoreAsync(second, "security") > await ScoreAsync(first, "security"));
    }

    [Fact]
    public async Task An_analysis_that_failed_is_nothing_to_compare_with()
    {
        var first = await AnalyseAsync();
        await using (var unreadable = new AnalysisWorker(_database, new UnreadableSource()))
        {
            await unreadable.AnalyseAsync(_user, _organization, _repository);
        }

        var third = await AnalyseAsync();

        Assert.Equal(first, await _database.ScalarAsync<Guid>("SELECT baseline_id FROM analyses WHERE id = @third", new { third }));
        Assert.Equal(["existing"], await StatesAsync(third));
    }

    [Fact]
    public async Task Kinds_and_refs_are_compared_among_themselves()
    {
        await using var worker = new AnalysisWorker(_database, new FolderOfAnyRef(_folder));
        var full = await worker.AnalyseAsync(_user, _organization, _repository);
        var security = await worker.AnalyseAsync(_user, _organization, _repository, AnalysisKind.Security);
        var branch = await worker.AnalyseAsync(_user, _organization, _repository, reference: "feature");
        _folder.Delete("Dockerfile");
        var fullAgain = await worker.AnalyseAsync(_user, _organization, _repository);
        var securityAgain = await worker.AnalyseAsync(_user, _organization, _repository, AnalysisKind.Security);
        var branchAgain = await worker.AnalyseAsync(_user, _organization, _repository, reference: "feature");

        foreach (var (analysis, baseline) in new[] { (full, (Guid?)null), (security, null), (branch, null), (fullAgain, full), (securityAgain, security), (branchAgain, branch) })
        {
            Assert.Equal(baseline, await _database.ScalarAsync<Guid?>("SELECT baseline_id FROM analyses WHERE id = @analysis", new { analysis }));
            Assert.Equal(baseline is null ? ["new"] : ["existing", "fixed"], await StatesAsync(analysis));
        }

        Assert.Equal(["security"], await ListAsync("SELECT DISTINCT category FROM findings WHERE analysis_id = @analysis", securityAgain));
        Assert.Equal(0, await _database.ScalarAsync<long>("SELECT count(*) FROM score_history WHERE analysis_id = @securityAgain", new { securityAgain }));
    }

    [Fact]
    public async Task An_analysis_of_another_branch_is_not_how_the_repository_stands()
    {
        await using var worker = new AnalysisWorker(_database, new FolderOfAnyRef(_folder));
        var own = await worker.AnalyseAsync(_user, _organization, _repository);
        _folder.Delete("Dockerfile");
        await worker.AnalyseAsync(_user, _organization, _repository, reference: "feature");
        var person = new CurrentUser(_user, "ada", IsOperator: false);

        var page = await ReadRepository.ReadAsync(_database.Db, person, _repository, TestContext.Current.CancellationToken);

        Assert.Equal(own, page!.Latest!.Id);
        Assert.Equal([own], page.History.Select(score => score.AnalysisId));
        Assert.Equal(["feature", null], page.Analyses.Select(analysis => analysis.Ref));
        var overview = await ReadOverview.ReadAsync(_database.Db, person, TestContext.Current.CancellationToken);
        Assert.Equal(own, Assert.Single(overview.Repositories).AnalysisId);
    }

    [Fact]
    public async Task A_suppressed_finding_takes_no_points_in_the_next_analysis_also_when_its_lines_move()
    {
        var first = await AnalyseAsync();
        var before = await ScoreAsync(first, "security");
        await SuppressAsync(first, Injection);
        _folder.Write(SampleFolder.Workflow, "# moved\n" + _folder.Read(SampleFolder.Workflow));

        var second = await AnalyseAsync();

        Assert.Equal("suppressed", await StateAsync(second));
        Assert.Equal(0, await _database.ScalarAsync<float>("SELECT points FROM findings WHERE analysis_id = @second AND rule_name = @Injection", new { second, Injection }));
        var after = await ScoreAsync(second, "security");
        Assert.Equal(before + 4, after);
        Assert.Equal(after, await _database.ScalarAsync<int>("SELECT security FROM score_history WHERE analysis_id = @second", new { second }));
        Assert.Equal(before, await ScoreAsync(first, "security"));
    }

    [Fact]
    public async Task Suppressing_the_dearest_of_a_rule_makes_the_next_cost_what_it_did()
    {
        var workflow = _folder.Read(SampleFolder.Workflow);
        _folder.Write(".github/workflows/z.yml", workflow);
        var first = await AnalyseAsync();
        Assert.Equal([3.8f, 1.9f], await PointsAsync(first));

        await SuppressAsync(first, Injection);

        Assert.Equal([3.8f, 0], await PointsAsync(await AnalyseAsync()));
    }

    [Fact]
    public async Task A_category_in_which_everything_is_suppressed_is_full_and_not_unknown()
    {
        var first = await AnalyseAsync();
        await SuppressAsync(first, "missing-timeout");

        Assert.Equal(100, await ScoreAsync(await AnalyseAsync(), "ci_cd"));
    }

    [Fact]
    public async Task An_expired_suppression_counts_again_as_something_that_was_there()
    {
        var first = await AnalyseAsync();
        var before = await ScoreAsync(first, "security");
        await SuppressAsync(first, Injection);
        Assert.Equal("suppressed", await StateAsync(await AnalyseAsync()));

        await _database.ExecuteAsync("UPDATE suppressions SET expires_at = now()");
        var third = await AnalyseAsync();

        Assert.Equal("existing", await StateAsync(third));
        Assert.Equal(before, await ScoreAsync(third, "security"));
    }

    [Fact]
    public async Task A_suppressed_finding_that_goes_and_comes_back_is_still_suppressed()
    {
        var first = await AnalyseAsync();
        await SuppressAsync(first, Injection);
        var workflow = _folder.Read(SampleFolder.Workflow);
        _folder.Write(SampleFolder.Workflow, workflow.Replace("${{ github.event.pull_request.title }}", "hello", StringComparison.Ordinal));
        Assert.Equal("fixed", await StateAsync(await AnalyseAsync()));

        _folder.Write(SampleFolder.Workflow, workflow);

        Assert.Equal("suppressed", await StateAsync(await AnalyseAsync()));
    }

    [Fact]
    public async Task Suppressed_while_the_next_analysis_is_being_written_it_is_so_in_that_one_too()
    {
        var first = await AnalyseAsync();
        var next = await _worker.QueueAsync(_user, _organization, new StartAnalysis.Request(_repository));
        var snapshot = FolderSnapshot.Read(_folder.Path, SnapshotLimits.Default, CancellationToken.None);
        var result = RepositoryAnalyzer.Analyze(snapshot, AnalysisOptions.Default);

        var suppress = Task.CompletedTask;
        await WriteAsync(next.AnalysisId, snapshot, result, async () =>
        {
            suppress = SuppressAsync(first, Injection);
            while (!suppress.IsCompleted && await _database.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 0)
            {
                // It has not come as far as the lock yet.
            }
        });
        await suppress;

        Assert.Equal("suppressed", await StateAsync(next.AnalysisId));
    }

    [Fact]
    public async Task Another_repositorys_suppression_of_the_same_lines_says_nothing()
    {
        using var twin = new SampleFolder();
        var other = await twin.ConnectAsync(_database, _organization);
        await SuppressAsync(await _worker.AnalyseAsync(_user, _organization, other), Injection);

        Assert.Equal("new", await StateAsync(await AnalyseAsync()));
    }

    [Fact]
    public async Task What_a_rule_found_that_does_not_run_any_more_is_not_called_fixed()
    {
        var first = await AnalyseAsync();
        await _database.ExecuteAsync("UPDATE findings SET rule_id = 'OLD001', fingerprint = 'of an old rule' WHERE analysis_id = @first AND rule_name = 'root-user'", new { first });

        var second = await AnalyseAsync();

        Assert.Equal(0, await _database.ScalarAsync<long>("SELECT count(*) FROM findings WHERE analysis_id = @second AND state = 'fixed'", new { second }));
    }

    [Fact]
    public async Task Only_the_most_severe_of_very_many_are_kept_and_those_left_out_are_not_called_fixed()
    {
        var rule = RuleCatalog.All[0].Descriptor;
        var many = Enumerable.Range(0, AnalysisWriter.MaxFindings)
            .Select(number => rule.At($"{number:00000}.yml", 1, "One of many.") with { Severity = Severity.Low, Fingerprint = $"low {number}" }).ToList();

        var first = await WriteAsync(many);
        var second = await WriteAsync([.. many, rule.At("worse.yml", 1, "Worse.") with { Severity = Severity.High, Fingerprint = "high" }]);

        Assert.Equal(AnalysisWriter.MaxFindings, await _database.ScalarAsync<long>("SELECT count(*) FROM findings WHERE analysis_id = @second", new { second }));
        Assert.Equal("high", await _database.ScalarAsync<string>("SELECT string_agg(fingerprint, ',') FROM findings WHERE analysis_id = @second AND state = 'new'", new { second }));
        Assert.Equal(["existing", "new"], await StatesAsync(second));
        Assert.Contains("10001 findings; the 10000 most severe", await _database.ScalarAsync<string>("SELECT diagnostics::text FROM analyses WHERE id = @second", new { second }), StringComparison.Ordinal);
        Assert.Equal("[]", await _database.ScalarAsync<string>("SELECT diagnostics::text FROM analyses WHERE id = @first", new { first }));
    }

    private async Task<Guid> WriteAsync(List<Finding> findings)
    {
        var started = await _worker.QueueAsync(_user, _organization, new StartAnalysis.Request(_repository));
        var scores = Scorer.Score(findings, new HashSet<Category> { Category.Security });
        await WriteAsync(started.AnalysisId, RepositorySnapshot.FromText(), new AnalysisResult(RepositoryModel.Empty, findings, scores, new Coverage(0, 0, []), []));
        // Nobody runs the job: the next analysis need not wait for it.
        await _database.ExecuteAsync("UPDATE jobs SET state = 'cancelled', finished_at = now() WHERE id = @JobId", new { started.JobId });
        return started.AnalysisId;
    }

    private Task WriteAsync(Guid analysis, RepositorySnapshot snapshot, AnalysisResult result, Func<Task>? beforeCommit = null) =>
        _database.Db.InTransactionAsync(
            Caller.User(_user),
            async connection =>
            {
                var target = new AnalysisWriter.Target(analysis, _organization, _repository, "full", null);
                await AnalysisWriter.WriteAsync(connection, target, new AnalysisWriter.Examined(snapshot, result, null, null, IsDirty: false, TimeSpan.FromSeconds(1)));
                await (beforeCommit?.Invoke() ?? Task.CompletedTask);
            },
            TestContext.Current.CancellationToken);

    private Task<Guid> AnalyseAsync() => _worker.AnalyseAsync(_user, _organization, _repository);

    private async Task SuppressAsync(Guid analysis, string rule)
    {
        var finding = await _database.ScalarAsync<Guid>("SELECT id FROM findings WHERE analysis_id = @analysis AND rule_name = @rule ORDER BY path LIMIT 1", new { analysis, rule });
        var answer = await SuppressFinding.SuppressAsync(
            finding, new SuppressFinding.Request("It is fine."), new CurrentUser(_user, "ada", IsOperator: false), _database.Db, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.IsType<Ok<FindingResponse>>(answer.Result);
    }

    private Task<string?> StateAsync(Guid analysis) =>
        _database.ScalarAsync<string?>("SELECT state FROM findings WHERE analysis_id = @analysis AND rule_name = @Injection", new { analysis, Injection });

    private Task<List<string>> StatesAsync(Guid analysis) => ListAsync("SELECT DISTINCT state FROM findings WHERE analysis_id = @analysis ORDER BY 1", analysis);

    private Task<int> ScoreAsync(Guid analysis, string category) =>
        _database.ScalarAsync<int>("SELECT (scores ->> @category)::int FROM analyses WHERE id = @analysis", new { analysis, category });

    private async Task<List<float>> PointsAsync(Guid analysis)
    {
        await using var connection = await _database.Administrator.OpenConnectionAsync();
        return (await connection.QueryAsync<float>(
            "SELECT points FROM findings WHERE analysis_id = @analysis AND rule_name = @Injection ORDER BY points DESC", new { analysis, Injection })).AsList();
    }

    private async Task<List<string>> ListAsync(string sql, Guid analysis)
    {
        await using var connection = await _database.Administrator.OpenConnectionAsync();
        return (await connection.QueryAsync<string>(sql, new { analysis })).AsList();
    }

    private sealed class UnreadableSource : IRepositorySource
    {
        public string Source => "local";

        public Task<RepositoryFiles> ReadAsync(RepositoryPlace place, string? reference, CancellationToken cancellationToken) =>
            throw new RepositoryUnreadableException("It cannot be read.", isFinal: true);
    }

    /// <summary>A folder that has the same files at every ref.</summary>
    private sealed class FolderOfAnyRef(SampleFolder folder) : IRepositorySource
    {
        private readonly LocalFolderSource _folder = new(TimeProvider.System);

        public string Source => "local";

        public Task<RepositoryFiles> ReadAsync(RepositoryPlace place, string? reference, CancellationToken cancellationToken) =>
            _folder.ReadAsync(place with { Location = folder.Path }, null, cancellationToken);
    }
}
