using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features;
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

/// <summary>A database, a GitHub, and a process that runs jobs between them; people are planted as if they had signed in.</summary>
internal sealed class GitHubWorld(PostgresFixture postgres) : IAsyncLifetime
{
    /// <summary>Where GitHub sends deliveries.</summary>
    public const string PublicAddress = "https://autodevops.example";

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("autodevops-tests-");
    private readonly List<ServiceProvider> _processes = [];

    public TestDatabase Database { get; } = new(postgres);

    public GitHubDouble GitHub { get; private set; } = null!;

    public EncryptionKeys Keys { get; private set; } = null!;

    public Sealer Sealer => new(Keys);

    /// <summary>The settings of both processes: GitHub, and its App.</summary>
    public (string Key, string? Value)[] Settings => [.. GitHub.Settings, .. AppSettings, ("RateLimits:Repositories", "100000"), ("RateLimits:Auth", "100000")];

    private (string Key, string? Value)[] AppSettings => [("GitHub:AppId", $"{GitHubDouble.AppId}"), ("GitHub:AppSlug", "double"), ("GitHub:AppPrivateKeyFile", Path.Combine(_data.FullName, "app.pem")),
        ("GitHub:WebhookSecret", WebhookWorld.AppSecret)];

    public async ValueTask InitializeAsync()
    {
        await Database.InitializeAsync();
        GitHub = await GitHubDouble.StartAsync();
        Keys = EncryptionKeys.LoadOrCreate(Path.Combine(_data.FullName, "encryption.keys"));
        await File.WriteAllTextAsync(Path.Combine(_data.FullName, "app.pem"), AppKey.Pem);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        await GitHub.DisposeAsync();
        await Database.DisposeAsync();
        _data.Delete(recursive: true);
    }

    /// <summary>A process that runs jobs when it is told to. Each has limits and memory of its own.</summary>
    public Worker StartWorker(params (string Key, string? Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
        services.AddCheckedOptions(new ConfigurationBuilder().AddInMemoryCollection(
            ((IEnumerable<(string Key, string? Value)>)[.. Settings, ("Http:PublicAddress", PublicAddress), .. settings]).GroupBy(setting => setting.Key).Select(group => KeyValuePair.Create($"AutoDevOps:{group.Key}", group.Last().Value))).Build());
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(_ => NpgsqlDataSource.Create(Database.ConnectionString));
        services.AddSingleton<Db>();
        services.AddJobs();
        services.AddJobWorker();
        services.AddJobHandlers();
        services.AddSingleton<SnapshotReader>();
        services.AddSingleton<DailySync>();
        services.AddSingleton(Keys);
        services.AddSingleton<Sealer>();
        services.AddGitHub();
        var process = services.BuildServiceProvider();
        _processes.Add(process);
        return new Worker(process);
    }

    /// <summary>A person with an organization of their own, who has signed in with GitHub.</summary>
    /// <param name="keys">Those of the process that is to use the token, if it has others than the workers here: they take them over.</param>
    public async Task<Member> AddPersonAsync(string login, EncryptionKeys? keys = null)
    {
        Keys = keys ?? Keys;
        var (user, organization) = await Database.AddTenantAsync(login);
        var person = GitHub.AddPerson(login);
        var (id, token) = (Guid.CreateVersion7(), GitHub.TokenOf(person));
        await Database.ExecuteAsync(
            "UPDATE users SET github_id = @github WHERE id = @user; INSERT INTO github_tokens (id, user_id, envelope) VALUES (@id, @user, @envelope)",
            new { github = person.Id, user, id, envelope = Sealer.Seal(token, GitHubAccess.TokenPurpose, id) });
        return new Member(user, organization, person, token);
    }

    /// <summary>The repository, connected.</summary>
    public async Task<Guid> ConnectAsync(Member member, GitHubRepository repository, long? installation = null)
    {
        var id = Guid.CreateVersion7();
        await Database.ExecuteAsync(
            """
            INSERT INTO repositories (id, organization_id, source, location, github_id, name, connected_by, installation_id)
            VALUES (@id, @OrganizationId, 'github', @FullName, @github, @Name, @UserId, @installation)
            """,
            new { id, member.OrganizationId, repository.FullName, github = repository.Id, repository.Name, member.UserId, installation });
        return id;
    }

    /// <summary>What is retried later is due now.</summary>
    public Task HastenAsync() => Database.ExecuteAsync("UPDATE jobs SET run_at = now() - interval '1 second' WHERE state IN ('pending', 'retrying', 'failed')");

    public sealed record Member(Guid UserId, Guid OrganizationId, GitHubDouble.Person Person, string Token);

    public sealed class Worker(ServiceProvider services)
    {
        public T Get<T>()
            where T : notnull => services.GetRequiredService<T>();

        public Task<Guid?> EnqueueAsync<TArgs>(Member member, TArgs args)
            where TArgs : IJobArgs =>
            Get<Db>().InTransactionAsync(
                Caller.User(member.UserId), connection => Get<JobQueue>().EnqueueAsync(connection, member.OrganizationId, args), TestContext.Current.CancellationToken);

        /// <summary>Runs whatever is due to the end of its attempt.</summary>
        public Task<int> RunOnceAsync() => Get<JobWorker>().RunOnceAsync(TestContext.Current.CancellationToken);

        /// <summary>Puts the job in line and runs what is due.</summary>
        public async Task RunAsync<TArgs>(Member member, TArgs args)
            where TArgs : IJobArgs
        {
            await EnqueueAsync(member, args);
            await RunOnceAsync();
        }
    }
}
