using System.Text.Json;
using AutoDevOps.Analyzer;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features;
using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Features.Webhooks;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Hosting;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Security;
using AutoDevOps.Server.Tests.Support.GitHub;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AutoDevOps.Server.Tests.Support;

/// <summary>The program, a worker of it that runs when it is told to, and a GitHub that delivers to it.</summary>
public sealed class WebhookWorld(PostgresFixture postgres) : IAsyncLifetime
{
    public const string AppSecret = "the secret of the App";

    private ServiceProvider? _worker;
    private long _ids = 5_000_000;

    public TestDatabase Database { get; } = new(postgres);

    internal GitHubDouble GitHub { get; private set; } = null!;

    internal TestServerHost Server { get; private set; } = null!;

    /// <summary>What a job finds in a repository on GitHub, and when.</summary>
    internal ScriptedSource Source { get; } = new();

    /// <summary>Where GitHub sends from: nothing says that it is our own page.</summary>
    internal HttpClient Sender { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Database.InitializeAsync();
        GitHub = await GitHubDouble.StartAsync();
        Server = await TestServerHost.StartAsync(Database, [.. GitHub.Settings, ("GitHub:WebhookSecret", AppSecret)]);
        Sender = Server.Stranger(saysWhereFrom: false);
        GitHub.Carrier = Sender;
        _worker = CreateWorker();
    }

    public async ValueTask DisposeAsync()
    {
        await _worker!.DisposeAsync();
        Sender.Dispose();
        await Server.DisposeAsync();
        await GitHub.DisposeAsync();
        await Database.DisposeAsync();
    }

    internal T Get<T>()
        where T : notnull => _worker!.GetRequiredService<T>();

    internal async Task<Connected> ConnectAsync(string name = "octo/tool", Guid? organization = null, GitHubRepository? repository = null)
    {
        var github = repository ?? GitHub.AddRepository(name.Split('/')[0], name.Split('/')[1] + NextId());
        var (user, of) = organization is { } known ? (Guid.Empty, known) : await Database.AddTenantAsync();
        var (id, webhook) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var secret = $"secret of {webhook}";
        var hook = GitHub.AddHook(github, $"http://localhost:5080/webhooks/github/{webhook}", secret);
        await Database.ExecuteAsync(
            """
            INSERT INTO repositories (id, organization_id, source, location, github_id, name, default_branch, connected_by)
            VALUES (@id, @of, 'github', @location, @github, @location, 'main', nullif(@user, '00000000-0000-0000-0000-000000000000'::uuid));
            INSERT INTO repository_webhooks (id, organization_id, repository_id, hook_id, secret, state) VALUES (@webhook, @of, @id, @hook, @sealed, 'active')
            """,
            new
            {
                id,
                of,
                location = github.FullName,
                github = github.Id,
                user,
                webhook,
                hook = hook.Id,
                @sealed = Server.Services.GetRequiredService<Sealer>().Seal(secret, WebhookSecrets.Purpose, webhook),
            });
        return new Connected(user, of, id, webhook) { GitHub = github, Hook = hook };
    }

    internal long NextId() => Interlocked.Increment(ref _ids);

    /// <summary>The person signed in with GitHub, and may see the repository there.</summary>
    internal async Task GiveTokenAsync(Connected connected)
    {
        var person = GitHub.AddPerson($"person{NextId()}");
        connected.GitHub.Collaborators.Add(person.Login);
        var id = Guid.CreateVersion7();
        await Database.ExecuteAsync(
            "UPDATE users SET github_id = @github, login = @Login WHERE id = @user; INSERT INTO github_tokens (id, user_id, envelope, scopes) VALUES (@id, @user, @envelope, 'repo')",
            new { id, user = connected.User, github = person.Id, person.Login, envelope = Server.Services.GetRequiredService<Sealer>().Seal(GitHub.TokenOf(person), GitHubAccess.TokenPurpose, id) });
    }

    /// <summary>Sends what the App would deliver.</summary>
    internal Task<HttpResponseMessage> DeliverAsync(string name, object payload, string? guid = null) =>
        SendAsync(null, AppSecret, name, JsonSerializer.SerializeToUtf8Bytes(payload), guid);

    internal async Task<HttpResponseMessage> SendAsync(
        Guid? webhook, string? secret, string name, byte[] body, string? guid = null, string contentType = "application/json", Action<HttpRequestMessage>? change = null)
    {
        using var request = GitHubDouble.Signed(
            new Uri($"/webhooks/github{(webhook is null ? "" : $"/{webhook}")}", UriKind.Relative), secret, name, guid ?? Guid.NewGuid().ToString(), body, contentType);
        change?.Invoke(request);
        return await Sender.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Runs what is due until nothing is.</summary>
    internal async Task<int> RunAsync()
    {
        var sum = 0;
        for (int ran; (ran = await Get<JobWorker>().RunOnceAsync(TestContext.Current.CancellationToken)) > 0;)
        {
            sum += ran;
        }

        return sum;
    }

    /// <summary>What became of a delivery, as an organization has it.</summary>
    internal Task<string> OutcomeAsync(Guid organization, string guid) => Database.ScalarAsync<string>(
        "SELECT coalesce(outcome, 'none') FROM webhook_receipts WHERE organization_id = @organization AND guid = @guid", new { organization, guid });

    /// <summary>Delivers by the repository's own hook, processes it, and says what became of it.</summary>
    internal async Task<string> ProcessAsync(Connected connected, string name, object payload)
    {
        var guid = Guid.NewGuid().ToString();
        using var answer = await SendAsync(connected.Webhook, connected.Hook.Secret, name, JsonSerializer.SerializeToUtf8Bytes(payload), guid);
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
        await RunAsync();
        return await OutcomeAsync(connected.Organization, guid);
    }

    /// <summary>Another worker process. The caller disposes of it.</summary>
    internal ServiceProvider CreateWorker()
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
        services.AddCheckedOptions(new ConfigurationBuilder().AddInMemoryCollection(
            GitHub.Settings.Append(("GitHub:AppId", "7")).Append(("GitHub:AppPrivateKeyFile", KeyFile())).Append(("GitHub:WebhookSecret", AppSecret)).Select(setting => KeyValuePair.Create($"AutoDevOps:{setting.Item1}", setting.Item2))).Build());
        services.AddSingleton<TimeProvider>(Server.Clock);
        services.AddSingleton(_ => NpgsqlDataSource.Create(Database.ConnectionString));
        services.AddSingleton<Db>();
        services.AddJobs();
        services.AddJobWorker();
        services.AddJobHandlers();
        services.AddSingleton<SnapshotReader>();
        services.AddSingleton<IRepositorySource>(Source);
        services.AddSingleton(Server.Services.GetRequiredService<EncryptionKeys>());
        services.AddSingleton<Sealer>();
        services.AddGitHub();
        services.AddSingleton<RateLimits>();
        services.AddWebhooks(hasWorkers: true);
        return services.BuildServiceProvider();
    }

    private static string KeyFile()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, AppKey.Pem);
        return path;
    }

    /// <summary>A repository of an organization, connected with a hook of its own.</summary>
    /// <param name="User">Who connected it; empty in an organization that was there already.</param>
    internal sealed record Connected(Guid User, Guid Organization, Guid Repository, Guid Webhook)
    {
        // Not public, so that the ids can be parameters of a statement as they are.
        internal required GitHubRepository GitHub { get; init; }

        internal required GitHubDouble.Hook Hook { get; init; }

        internal object Described => new { id = GitHub.Id, name = GitHub.Name, full_name = GitHub.FullName, @private = false, archived = false, default_branch = "main" };

        public object Push(string after = "1111111111111111111111111111111111111111", string reference = "refs/heads/main", bool deleted = false) =>
            new { @ref = reference, before = new string('0', 40), after, deleted, repository = Described };

        public object PullRequest(string action, int number, bool merged = false, string sha = "2222222222222222222222222222222222222222") =>
            new { action, number, pull_request = new { number, merged, head = new { sha } }, repository = Described };
    }

    /// <summary>A repository with one file, which can be made to wait while it is read.</summary>
    internal sealed class ScriptedSource : IRepositorySource
    {
        public string Source => "github";

        public string Commit { get; set; } = new('a', 40);

        /// <summary>What reading waits for.</summary>
        public Func<Task> Meanwhile { get; set; } = () => Task.CompletedTask;

        public List<string?> Read { get; } = [];

        public async Task<RepositoryFiles> ReadAsync(RepositoryPlace place, string? reference, CancellationToken cancellationToken)
        {
            var commit = Commit;
            lock (Read)
            {
                Read.Add(reference);
            }

            await Meanwhile();
            return new RepositoryFiles(RepositorySnapshot.FromText(("README.md", "# tool\n")), commit, reference is null ? "main" : null, IsDirty: false);
        }
    }
}
