using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Tests.Support;

namespace AutoDevOps.Server.Tests.Features;

/// <summary>A server that streams events, and a worker beside it that makes them.</summary>
public abstract class StreamedTests(PostgresFixture postgres, bool isPooled = false) : IAsyncLifetime
{
    private protected JobDatabase Database { get; } = isPooled ? new PooledJobDatabase(postgres) : new(postgres);

    private protected TestServerHost Server { get; private set; } = null!;

    /// <summary>Another process than the one that streams: what it does is heard of through the carrier.</summary>
    private protected JobProcess Worker { get; private set; } = null!;

    private protected Tenant Tenant { get; private set; } = null!;

    /// <summary>A browser that the tenant's owner signed in with.</summary>
    private protected HttpClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Database.InitializeAsync();
        Server = await TestServerHost.StartAsync(Database.ConnectionString, ("ConnectionStrings:Direct", Database.DirectConnectionString));
        Worker = new JobProcess(Database);
        await Worker.StartAsync<JobNotifier>();
        Tenant = await Database.AddTenantAsync();
        Client = await Server.SignInAsync(Tenant.UserId);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        await Worker.DisposeAsync();
        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
