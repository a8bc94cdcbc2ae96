using AutoDevOps.Server.Data;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Tests.Support;

/// <summary>A database of its own for one test class, seen through the application's role and behind its back.</summary>
public sealed class TestDatabase : IAsyncLifetime
{
    private readonly PostgresFixture _postgres;
    private readonly bool _isPooled;
    private string? _name;

    public TestDatabase(PostgresFixture postgres)
        : this(postgres, isPooled: false)
    {
    }

    /// <param name="isPooled">The application's connections go through PgBouncer.</param>
    internal TestDatabase(PostgresFixture postgres, bool isPooled) => (_postgres, _isPooled) = (postgres, isPooled);

    /// <summary>As <c>autodevops_app</c>: what the program can do.</summary>
    public NpgsqlDataSource App { get; private set; } = null!;

    /// <summary>As the superuser: to arrange and to look.</summary>
    public NpgsqlDataSource Administrator { get; private set; } = null!;

    public Db Db { get; private set; } = null!;

    public string ConnectionString { get; private set; } = "";

    /// <summary>Past the pooler, if there is one.</summary>
    public string DirectConnectionString => _postgres.Server.ConnectionStringFor(_name!, "autodevops_app");

    public string AdministratorConnectionString => _postgres.Server.ConnectionStringFor(_name!, "postgres");

    public async ValueTask InitializeAsync()
    {
        _name = await _postgres.CopyTemplateAsync();
        ConnectionString = DirectConnectionString;
        if (_isPooled)
        {
            Assert.SkipUnless(PgBouncer.Program is not null || Environment.GetEnvironmentVariable("CI") is not null, "PgBouncer is not installed.");
            ConnectionString = (await _postgres.BouncerAsync()).Through(ConnectionString);
        }

        App = NpgsqlDataSource.Create(ConnectionString);
        Administrator = NpgsqlDataSource.Create(AdministratorConnectionString);
        Db = new Db(App);
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Administrator.DisposeAsync();
        await _postgres.DropAsync(_name!);
    }

    /// <summary>Runs a statement past every policy.</summary>
    public async Task ExecuteAsync(string sql, object? parameters = null)
    {
        await using var connection = await Administrator.OpenConnectionAsync();
        await connection.ExecuteAsync(sql, parameters);
    }

    /// <summary>Reads one value past every policy.</summary>
    public async Task<T> ScalarAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await Administrator.OpenConnectionAsync();
        return (await connection.ExecuteScalarAsync<T>(sql, parameters))!;
    }

    /// <summary>A person with an organization of their own.</summary>
    public async Task<(Guid UserId, Guid OrganizationId)> AddTenantAsync(string login = "ada", string role = "owner")
    {
        var (user, organization) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await ExecuteAsync(
            """
            INSERT INTO users (id, login, name) VALUES (@user, @login, @login);
            INSERT INTO organizations (id, name) VALUES (@organization, @login || '''s organization');
            INSERT INTO organization_members (organization_id, user_id, role) VALUES (@organization, @user, @role);
            """,
            new { user, organization, login, role });
        return (user, organization);
    }

    /// <summary>Another member of an organization.</summary>
    public async Task<Guid> AddMemberAsync(Guid organizationId, string role)
    {
        var user = Guid.CreateVersion7();
        await ExecuteAsync(
            """
            INSERT INTO users (id, login, name) VALUES (@user, @role, @role);
            INSERT INTO organization_members (organization_id, user_id, role) VALUES (@organizationId, @user, @role);
            """,
            new { user, organizationId, role });
        return user;
    }

    /// <summary>A job that a worker holds, put there past the protocol.</summary>
    public Task AddRunningJobAsync(Guid job, Guid organizationId, Guid worker, int fence, int leaseSeconds) => ExecuteAsync(
        """
        INSERT INTO jobs (id, organization_id, queue, kind, args) VALUES (@job, @organizationId, 'analysis', 'test', '{}');
        UPDATE jobs SET state = 'active', attempt = 1, worker_id = @worker, fence = @fence, lease_until = now() + make_interval(secs => @leaseSeconds)
        WHERE id = @job;
        """,
        new { job, organizationId, worker, fence, leaseSeconds });

    public async Task<Guid> AddRepositoryAsync(Guid organizationId, string name = "tool")
    {
        var id = Guid.CreateVersion7();
        await ExecuteAsync(
            "INSERT INTO repositories (id, organization_id, source, location, name) VALUES (@id, @organizationId, 'git', 'https://example.com/' || @name, @name)",
            new { id, organizationId, name });
        return id;
    }
}
