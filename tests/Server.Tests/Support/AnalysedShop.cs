using System.Net.Http.Json;
using AutoDevOps.Server.Features.Analyses;

namespace AutoDevOps.Server.Tests.Support;

/// <summary>A server over an organization with one repository that was analysed twice; between the two a file went and one came.</summary>
public sealed class AnalysedShop(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly SampleFolder _folder = new();
    private AnalysisWorker _worker = null!;

    public TestDatabase Database { get; } = new(postgres);

    public TestServerHost Server { get; private set; } = null!;

    public Guid Organization { get; private set; }

    public Guid Owner { get; private set; }

    public Guid Viewer { get; private set; }

    /// <summary>The owner of another organization.</summary>
    public Guid Stranger { get; private set; }

    public Guid Repository { get; private set; }

    public Guid First { get; private set; }

    public Guid Second { get; private set; }

    public async ValueTask InitializeAsync()
    {
        await Database.InitializeAsync();
        (Owner, Organization) = await Database.AddTenantAsync();
        (Stranger, _) = await Database.AddTenantAsync("mallory");
        Viewer = await Database.AddMemberAsync(Organization, "viewer");
        Server = await TestServerHost.StartAsync(Database, ("RateLimits:Analysis", "100000"), ("RateLimits:Auth", "100000"));
        _worker = new AnalysisWorker(Database);
        Repository = await _folder.ConnectAsync(Database, Organization);
        First = await AnalyseAsync(Repository);
        _folder.Delete("Dockerfile");
        _folder.Write(".github/workflows/release.yml", _folder.Read(SampleFolder.Workflow));
        Second = await AnalyseAsync(Repository);
    }

    public async ValueTask DisposeAsync()
    {
        await _worker.DisposeAsync();
        await Server.DisposeAsync();
        await Database.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Analyses a repository of the organization.</summary>
    public Task<Guid> AnalyseAsync(Guid repository, AnalysisKind kind = AnalysisKind.Full) => _worker.AnalyseAsync(Owner, Organization, repository, kind);

    /// <summary>Queues an analysis that nobody runs.</summary>
    internal Task<StartAnalysis.Response> QueueAsync(Guid repository) => _worker.QueueAsync(Owner, Organization, new StartAnalysis.Request(repository));

    /// <summary>Another repository of the organization, analysed once, for a test that changes something.</summary>
    internal async Task<Guid> AnalyseAnotherAsync(SampleFolder folder) => await AnalyseAsync(await folder.ConnectAsync(Database, Organization));

    /// <summary>The finding of a rule in an analysis.</summary>
    public Task<Guid> FindingAsync(Guid analysis, string rule) =>
        Database.ScalarAsync<Guid>("SELECT id FROM findings WHERE analysis_id = @analysis AND rule_name = @rule ORDER BY path LIMIT 1", new { analysis, rule });

    public Task<HttpClient> OwnerAsync() => Server.SignInAsync(Owner);

    /// <summary>A program with the owner's token.</summary>
    public async Task<HttpClient> ProgramAsync(bool write)
    {
        using var client = await OwnerAsync();
        var made = await client.PostAsJsonAsync("/api/v1/tokens", new { name = "ci", write });
        return Server.WithToken((await made.JsonAsync()).GetProperty("token").GetString()!);
    }
}
