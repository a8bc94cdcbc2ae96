using System.Text;
using AutoDevOps.Analyzer;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features;
using AutoDevOps.Server.Features.Analyses;
using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Hosting;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Security;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AutoDevOps.Server.Tests.Support.GitHub;

/// <summary>A server and a worker beside a GitHub, with one repository of it connected: what is told to GitHub is looked at there.</summary>
internal sealed class ProposalWorld(PostgresFixture postgres) : IAsyncDisposable
{
    public const long Installation = 900_001;

    public const string Workflow = ".github/workflows/ci.yml";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("autodevops-proposals-");
    private ServiceProvider _worker = null!;

    public TestDatabase Database { get; } = new(postgres);

    public GitHubDouble GitHub { get; private set; } = null!;

    public GitHubRepository Shop { get; private set; } = null!;

    public TestServerHost Server { get; private set; } = null!;

    public Guid Owner { get; private set; }

    public Guid Organization { get; private set; }

    public Guid Repository { get; private set; }

    public HttpClient Client { get; private set; } = null!;

    /// <summary>That of the person who connected the repository.</summary>
    public string Token { get; private set; } = "";

    public async Task StartAsync()
    {
        await Database.InitializeAsync();
        GitHub = await GitHubDouble.StartAsync();
        await StartAsync(GitHub.Settings);
        Token = GitHub.TokenOf(GitHub.AddPerson("ada"));
        Shop = GitHub.AddRepository("ada", "shop", isPrivate: true);
        (Owner, Organization) = await Database.AddTenantAsync();
        Repository = await ConnectAsync(Shop.FullName, Shop.Id);
        await GiveTokenAsync(Token, "repo workflow read:org");
        Client = await Server.SignInAsync(Owner);
    }

    /// <summary>The same beside a GitHub that others made, and no double.</summary>
    /// <param name="api">Where its API is.</param>
    public async Task StartBesideAsync(string api, string token, string fullName, long githubId)
    {
        await Database.InitializeAsync();
        await StartAsync(("GitHub:WebAddress", api), ("GitHub:ApiAddress", api), ("GitHub:ClientId", "peer"), ("GitHub:ClientSecret", "a secret of the peer"));
        (Owner, Organization) = await Database.AddTenantAsync();
        Repository = await ConnectAsync(fullName, githubId);
        await GiveTokenAsync(token, "repo workflow read:org");
        Client = await Server.SignInAsync(Owner);
    }

    private async Task StartAsync(params (string Key, string? Value)[] settings)
    {
        var key = Path.Combine(_folder.FullName, "app.pem");
        await File.WriteAllTextAsync(key, AppKey.Pem);
        (string Key, string? Value)[] all =
        [
            .. settings, ("GitHub:AppId", "77"), ("GitHub:AppPrivateKeyFile", key), ("GitHub:WebhookSecret", "the secret of the App"), ("Http:PublicAddress", "http://localhost:5080"),
            ("RateLimits:Analysis", "100000"), ("RateLimits:Auth", "100000"),
        ];
        Server = await TestServerHost.StartAsync(Database, all);
        _worker = Worker(all);
    }

    /// <summary>Connects a repository, past the program.</summary>
    public async Task<Guid> ConnectAsync(string fullName, long githubId, string source = "github")
    {
        var id = Guid.CreateVersion7();
        await Database.ExecuteAsync(
            """
            INSERT INTO repositories (id, organization_id, source, location, github_id, name, default_branch, connected_by)
            VALUES (@id, @Organization, @source, @fullName, @githubId, 'shop', 'main', @Owner)
            """,
            new { id, Organization, source, fullName, githubId, Owner });
        return id;
    }

    /// <summary>Makes it a repository that the App reaches.</summary>
    public async Task InstallAsync(string permissions = """{"contents": "write", "pull_requests": "write", "workflows": "write", "checks": "write"}""")
    {
        await Database.ExecuteAsync(
            """
            INSERT INTO github_installations (organization_id, installation_id, account_id, account_login, account_type, permissions)
            VALUES (@Organization, @Installation, 1, 'ada', 'User', @permissions::jsonb);
            UPDATE repositories SET installation_id = @Installation WHERE id = @Repository;
            """,
            new { Organization, Installation, permissions, Repository });
    }

    public async Task GiveTokenAsync(string token, string scopes)
    {
        var id = Guid.CreateVersion7();
        await Database.ExecuteAsync(
            "DELETE FROM github_tokens WHERE user_id = @Owner; INSERT INTO github_tokens (id, user_id, envelope, scopes) VALUES (@id, @Owner, @envelope, @scopes)",
            new { Owner, id, envelope = Server.Services.GetRequiredService<Sealer>().Seal(token, GitHubAccess.TokenPurpose, id), scopes });
    }

    /// <summary>Someone commits to the repository a workflow that a program can mend, and what else the repository needs.</summary>
    /// <returns>The commit.</returns>
    public string PushSample(string branch = "main") => Shop.Push(
        branch,
        ("go.mod", "module example.com/tool\n\ngo 1.24\n"),
        ("main.go", "package main\n\nfunc main() {}\n"),
        ("main_test.go", "package main\n\nimport \"testing\"\n\nfunc TestIt(t *testing.T) {}\n"));

    /// <summary>The repository gets another name on GitHub, and a stranger's takes its old one.</summary>
    public GitHubRepository TakeName()
    {
        Shop.Name = "old-shop";
        var stranger = GitHub.AddRepository("ada", "shop");
        stranger.Push("main", ("README.md", "# A stranger's\n"));
        return stranger;
    }

    /// <summary>Analyses the repository as it is; what there is to publish afterwards is left in line.</summary>
    public async Task<Guid> AnalyseAsync(string? reference = null, int? pullRequest = null)
    {
        var started = await _worker.GetRequiredService<Db>().InTransactionAsync(
            Caller.User(Owner),
            connection => StartAnalysis.QueueAsync(connection, _worker.GetRequiredService<JobQueue>(), Organization, Owner, new StartAnalysis.Request(Repository, AnalysisKind.Full, reference)),
            TestContext.Current.CancellationToken);
        if (pullRequest is not null)
        {
            await Database.ExecuteAsync("UPDATE analyses SET pull_request = @pullRequest WHERE id = @AnalysisId", new { pullRequest, started.AnalysisId });
        }

        await RunAsync("run_analysis");
        return started.AnalysisId;
    }

    /// <summary>Runs what is in line of one kind, to the end of one attempt.</summary>
    public async Task RunAsync(string kind)
    {
        // The others wait: a test says what runs when.
        await Database.ExecuteAsync(
            "UPDATE jobs SET run_at = CASE WHEN kind = @kind THEN app.now() ELSE app.now() + interval '1 day' END WHERE state IN ('pending', 'failed', 'retrying')", new { kind });
        await _worker.GetRequiredService<JobWorker>().RunOnceAsync(TestContext.Current.CancellationToken);
    }

    public Task<string> StateAsync(string kind) => Database.ScalarAsync<string>("SELECT state FROM jobs WHERE kind = @kind ORDER BY id DESC LIMIT 1", new { kind });

    /// <summary>The finding of a rule in an analysis.</summary>
    public Task<Guid> FindingAsync(Guid analysis, string rule) => Database.ScalarAsync<Guid>(
        "SELECT id FROM findings WHERE analysis_id = @analysis AND rule_name = @rule ORDER BY path, start_line LIMIT 1", new { analysis, rule });

    /// <summary>What a file of a branch on GitHub has; null when there is none.</summary>
    public string? Read(string branch, string path) =>
        Shop.Branches.TryGetValue(branch, out var sha) && Shop.Commits[sha].Files.TryGetValue(path, out var blob) ? Encoding.UTF8.GetString(Shop.Find("blob", blob)!) : null;

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        await _worker.DisposeAsync();
        await Server.DisposeAsync();
        if (GitHub is not null)
        {
            await GitHub.DisposeAsync();
        }

        await Database.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private ServiceProvider Worker((string Key, string? Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
        services.AddCheckedOptions(new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => $"AutoDevOps:{setting.Key}", setting => setting.Value)).Build());
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(_ => NpgsqlDataSource.Create(Database.ConnectionString));
        services.AddSingleton<Db>();
        services.AddJobs();
        services.AddJobWorker();
        services.AddJobHandlers();
        services.AddGitHub();
        services.AddSingleton(Server.Services.GetRequiredService<Sealer>());
        services.AddSingleton<SnapshotReader>();
        services.AddSingleton<IRepositorySource>(new CommittedFiles(this));
        return services.BuildServiceProvider();
    }

    /// <summary>Reads what was committed to the double, as the program's own source does.</summary>
    private sealed class CommittedFiles(ProposalWorld world) : IRepositorySource
    {
        public string Source => "github";

        public Task<RepositoryFiles> ReadAsync(RepositoryPlace place, string? reference, CancellationToken cancellationToken) =>
            world.Shop.Resolve(reference ?? world.Shop.DefaultBranch) is { } commit
                ? Task.FromResult(new RepositoryFiles(
                    RepositorySnapshot.FromText([.. commit.Files.Select(file => (file.Key, Encoding.UTF8.GetString(world.Shop.Find("blob", file.Value)!)))]),
                    commit.Sha, reference is null ? world.Shop.DefaultBranch : null, IsDirty: false))
                : throw new RepositoryUnreadableException($"The repository has no branch, tag or commit {reference}.", isFinal: true);
    }
}
