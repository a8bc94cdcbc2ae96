using System.Net;
using System.Net.Http.Json;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features;
using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Git;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Hosting;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Security;
using AutoDevOps.Server.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AutoDevOps.Server.Tests.Repositories;

/// <summary>From the address that somebody connects to the findings that they see: a real server, a real fetch, the program's own job.</summary>
public sealed class GitAnalysisTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly TestDatabase _database = new(postgres);
    private readonly GitWorkshop _workshop = new();
    private GitServer _git = null!;
    private TestServerHost _server = null!;
    private string _commit = null!;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        _workshop.Write("README.md", "# Shop\n");
        _workshop.Write(".github/workflows/ci.yml", "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@main\n      - run: make test\n");
        _workshop.Git("branch", "--move", "trunk");
        _commit = _workshop.Commit("Makefile", "test:\n\ttrue\n");
        _workshop.Bare();
        _git = await GitServer.StartAsync(_workshop.Beside(""));
        _server = await TestServerHost.StartAsync(_database, ("Repositories:AllowPrivateNetworks", "true"));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _git.DisposeAsync();
        await _database.DisposeAsync();
        _workshop.Dispose();
    }

    [Fact]
    public async Task A_repository_that_is_connected_by_its_address_is_fetched_and_analysed()
    {
        var (user, _) = await _database.AddTenantAsync();
        using var client = await _server.SignInAsync(user);
        var repository = await ConnectAsync(client, "bare.git");
        var started = await client.PostAsJsonAsync("/api/v1/analysis", new { repository_id = repository });
        var analysis = (await started.JsonAsync()).GetProperty("analysis_id").GetGuid();

        await RunAsync();

        var kept = await _database.ScalarAsync<string>(
            "SELECT concat_ws(' ', failure, commit_sha, is_dirty, files, (SELECT count(*) FROM findings WHERE analysis_id = analyses.id AND path = '.github/workflows/ci.yml') > 0) FROM analyses WHERE id = @analysis",
            new { analysis });
        Assert.Equal($"{_commit} f 3 t", kept);
        var shown = await (await client.GetAsync($"/api/v1/repositories/{repository}")).JsonAsync();
        Assert.Equal("trunk", shown.GetProperty("default_branch").GetString());
        Assert.Equal("completed", await _database.ScalarAsync<string>("SELECT state FROM jobs"));
    }

    [Fact]
    public async Task A_pipeline_is_generated_from_what_was_fetched()
    {
        var (user, _) = await _database.AddTenantAsync();
        using var client = await _server.SignInAsync(user);
        var repository = await ConnectAsync(client, "bare.git");
        await client.PostAsJsonAsync("/api/v1/pipelines", new { repository_id = repository, platform = "github" });

        await RunAsync();

        Assert.Equal(_commit, await _database.ScalarAsync<string>("SELECT commit_sha FROM pipelines WHERE finished_at IS NOT NULL AND failure IS NULL"));
    }

    [Fact]
    public async Task A_repository_that_is_not_there_fails_at_once_with_the_reason()
    {
        var (user, _) = await _database.AddTenantAsync();
        using var client = await _server.SignInAsync(user);
        var repository = await ConnectAsync(client, "nothing.git");
        await client.PostAsJsonAsync("/api/v1/analysis", new { repository_id = repository });

        await RunAsync();

        Assert.Equal("dead_letter", await _database.ScalarAsync<string>("SELECT state FROM jobs"));
        Assert.Contains("no repository at this address", await _database.ScalarAsync<string>("SELECT failure FROM analyses"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_with_a_problem_is_tried_again_and_people_are_told_what_it_was()
    {
        var (user, _) = await _database.AddTenantAsync();
        using var client = await _server.SignInAsync(user);
        var repository = await ConnectAsync(client, "bare.git");
        await client.PostAsJsonAsync("/api/v1/analysis", new { repository_id = repository });
        _git.Answer = context =>
        {
            context.Response.StatusCode = 503;
            return Task.FromResult(true);
        };

        await RunAsync();

        Assert.Equal("failed repository_unreadable 1", await _database.ScalarAsync<string>("SELECT concat_ws(' ', state, error_code, attempt) FROM jobs"));
        Assert.Contains("a problem of its own", await _database.ScalarAsync<string>("SELECT error FROM jobs"), StringComparison.Ordinal);
        Assert.True(await _database.ScalarAsync<bool>("SELECT finished_at IS NULL FROM analyses"));
    }

    private async Task<Guid> ConnectAsync(HttpClient client, string name)
    {
        var connected = await client.PostAsJsonAsync("/api/v1/repositories", new { source = "git", location = $"https://localhost:{_git.Port}/{name}" });
        Assert.Equal(HttpStatusCode.Created, connected.StatusCode);
        return (await connected.JsonAsync()).GetProperty("id").GetGuid();
    }

    /// <summary>Runs what is due, as a worker process does; only what it trusts is the test's.</summary>
    private async Task RunAsync()
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
        services.AddCheckedOptions(new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("AutoDevOps:Repositories:AllowPrivateNetworks", (string?)"true")]).Build());
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(_ => NpgsqlDataSource.Create(_database.ConnectionString));
        services.AddSingleton<Db>();
        services.AddJobs();
        services.AddJobWorker();
        services.AddJobHandlers();
        services.AddRepositorySources(_workshop.Beside("cache"));
        services.AddSingleton(EncryptionKeys.LoadOrCreate(_workshop.Beside("encryption.keys")));
        services.AddSingleton<Sealer>();
        services.AddGitHub();
        services.Replace(ServiceDescriptor.Singleton<GitNetwork>(new RealNetwork(_git)));
        await using var provider = services.BuildServiceProvider();
        Assert.Equal(1, await provider.GetRequiredService<JobWorker>().RunOnceAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>The network as it is, and one more authority to trust.</summary>
    private sealed class RealNetwork(GitServer server) : GitNetwork
    {
        public override System.Security.Cryptography.X509Certificates.X509Certificate2Collection TrustedRoots => [server.Certificate];
    }
}
