using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Pipelines;
using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Tests.Support;
using Dapper;

namespace AutoDevOps.Server.Tests.Features;

/// <summary>Analyses and pipelines are held to the organization's policy as it was when their work began.</summary>
public sealed class PolicyInForceTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly TestDatabase _database = new(postgres);
    private readonly SampleFolder _folder = new();
    private Guid _user;
    private Guid _organization;
    private Guid _repository;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        (_user, _organization) = await _database.AddTenantAsync();
        _repository = await _folder.ConnectAsync(_database, _organization);
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_analysis_is_under_the_newest_policy_of_its_organization_and_of_no_other()
    {
        await SetAsync("actions: [nobody/*]");
        await SetAsync("actions: [docker/*]\nrequire: [lint]");
        await SetAsync("runners: [elsewhere]", (await _database.AddTenantAsync("mallory")).OrganizationId);

        Assert.Equal(
            ["The organization's policy does not allow actions/checkout.", "The organization's policy requires lint, and nothing in the repository says how."],
            await AnalyseAsync());
        await SetAsync(null);
        Assert.Empty(await AnalyseAsync());
    }

    [Fact]
    public async Task A_repository_cannot_allow_what_the_organization_does_not()
    {
        await SetAsync("actions: [docker/*]");
        _folder.Write(".autodevops.yml", "actions: [actions/*]\nignore: [.github/]\n");
        Assert.Equal(["The organization's policy does not allow actions/checkout."], await AnalyseAsync());
    }

    [Fact]
    public async Task An_analysis_is_of_the_policy_at_its_start()
    {
        await SetAsync("actions: [docker/*]");
        var source = new MeanwhileSource(() => SetAsync("actions: [actions/*]"));
        Assert.Equal(["The organization's policy does not allow actions/checkout."], await AnalyseAsync(source));
        Assert.Empty(await AnalyseAsync());
    }

    [Fact]
    public async Task A_policy_that_cannot_be_followed_any_more_ends_the_work_with_the_reason()
    {
        await SetAsync("require: [what-a-later-version-forgot]");
        await using var worker = new AnalysisWorker(_database);
        var analysis = await worker.AnalyseAsync(_user, _organization, _repository);
        Assert.StartsWith(
            "The organization's policy cannot be followed, and without it nothing is done. An admin must correct line 1: 'what-a-later-version-forgot'",
            await _database.ScalarAsync<string>("SELECT failure FROM analyses WHERE id = @analysis", new { analysis }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("actions: [docker/*]", "actions: [actions/*]", "The organization's policy does not allow the action actions/checkout, which it needs.")]
    [InlineData("runners: [ours]", "runners: [ubuntu-24.04]", "The organization's policy does not allow ubuntu-24.04, which it runs on.")]
    [InlineData("require: [typecheck]", "", "The organization's policy requires typecheck, and nothing in the repository says how. Add a script for it, or the command to .autodevops.yml.")]
    [InlineData("runners: [ubuntu-24.04]", "", null)]
    public async Task A_pipeline_that_would_break_it_is_not_offered_and_says_why(string policy, string own, string? refusal)
    {
        await SetAsync(policy);
        _folder.Write(".autodevops.yml", own);
        await using var worker = new AnalysisWorker(_database);
        var pipeline = (await worker.Get<Db>().InTransactionAsync(
            Caller.User(_user),
            connection => StartPipeline.QueueAsync(connection, worker.Get<JobQueue>(), _organization, _user, new StartPipeline.Request(_repository, "github")),
            TestContext.Current.CancellationToken)).PipelineId;
        Assert.Equal(1, await worker.RunOnceAsync());

        Assert.Equal(refusal is null, await _database.ScalarAsync<bool>("SELECT is_proven FROM pipelines WHERE id = @pipeline", new { pipeline }));
        Assert.Equal(
            refusal ?? "Only allowed actions and runners, and everything that is required. In force: The organization's policy.",
            await _database.ScalarAsync<string>("SELECT item ->> 'detail' FROM pipelines, jsonb_array_elements(checks) AS item WHERE id = @pipeline AND item ->> 'name' = 'policy'", new { pipeline }));
    }

    private Task SetAsync(string? text, Guid? organization = null) => _database.ExecuteAsync(
        """
        INSERT INTO organization_policies (organization_id, revision, text)
        SELECT @organization, 1 + coalesce(max(revision), 0), @text FROM organization_policies WHERE organization_id = @organization
        """,
        new { organization = organization ?? _organization, text });

    private async Task<IReadOnlyList<string>> AnalyseAsync(params IRepositorySource[] sources)
    {
        await using var worker = new AnalysisWorker(_database, sources);
        var analysis = await worker.AnalyseAsync(_user, _organization, _repository);
        await using var connection = await _database.Administrator.OpenConnectionAsync();
        return [.. await connection.QueryAsync<string>(
            "SELECT message FROM findings WHERE analysis_id = @analysis AND rule_id LIKE 'POL%' AND state <> 'fixed' ORDER BY message COLLATE \"C\"", new { analysis })];
    }

    /// <summary>Something happens while it is read.</summary>
    private sealed class MeanwhileSource(Func<Task> meanwhile) : IRepositorySource
    {
        private readonly LocalFolderSource _source = new(TimeProvider.System);

        public string Source => _source.Source;

        public async Task<RepositoryFiles> ReadAsync(RepositoryPlace place, string? reference, CancellationToken cancellationToken)
        {
            await meanwhile();
            return await _source.ReadAsync(place, reference, cancellationToken);
        }
    }
}
