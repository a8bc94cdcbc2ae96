using AutoDevOps.Server.Data;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Tests.Support;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Tests.Data;

/// <summary>An organization with a row in every table, and everybody who may try to reach it.</summary>
public class IsolatedRows : IAsyncLifetime
{
    private Dictionary<string, object> _values = [];

    public IsolatedRows(PostgresFixture postgres)
        : this(new TestDatabase(postgres))
    {
    }

    private protected IsolatedRows(TestDatabase database) => Database = database;

    public TestDatabase Database { get; }

    public Guid Organization { get; private set; }

    public Guid StrangersRepository { get; private set; }

    public Caller Owner { get; private set; }

    /// <summary>Each with the rank of the role that they act as; 0: as nobody.</summary>
    public IReadOnlyList<(string Actor, Caller Caller, int Rank)> Callers { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        await Database.InitializeAsync();
        var (owner, organization) = await Database.AddTenantAsync("ada");
        var (stranger, strangers) = await Database.AddTenantAsync("eve");
        StrangersRepository = await Database.AddRepositoryAsync(strangers);
        (Organization, Owner) = (organization, Caller.User(owner));
        // Whose tokens and keys are there: one's own is another test's matter.
        var somebody = await Database.AddMemberAsync(organization, "member");
        _values = await AddRowsAsync(organization, somebody);
        _values["stranger"] = strangers;

        var (job, worker, lost) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await Database.AddRunningJobAsync(job, organization, worker, fence: 2, leaseSeconds: 3600);
        await Database.AddRunningJobAsync(lost, organization, worker, fence: 2, leaseSeconds: -1);
        var foreign = Guid.CreateVersion7();
        await Database.AddRunningJobAsync(foreign, strangers, worker, fence: 2, leaseSeconds: 3600);
        Callers =
        [
            ("nobody", Caller.Anonymous, 0),
            ("stranger", Caller.User(stranger), 0),
            ("unknown person", Caller.User(Guid.CreateVersion7()), 0),
            ("viewer", Caller.User(await Database.AddMemberAsync(organization, "viewer")), 1),
            ("member", Caller.User(await Database.AddMemberAsync(organization, "member")), 2),
            ("admin", Caller.User(await Database.AddMemberAsync(organization, "admin")), 3),
            ("owner", Owner, 4),
            ("owner with another organization's token", Caller.User(owner, strangers), 0),
            ("job", Caller.Job(job, worker, 2), 2),
            ("job of an older claim", Caller.Job(job, worker, 1), 0),
            ("job of another worker", Caller.Job(job, Guid.CreateVersion7(), 2), 0),
            ("job whose lease is over", Caller.Job(lost, worker, 2), 0),
            ("job of a stranger", Caller.Job(foreign, worker, 2), 0),
        ];
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();

    /// <summary>A row in every table.</summary>
    /// <returns>What the statements about them need.</returns>
    public async Task<Dictionary<string, object>> AddRowsAsync(Guid organization, Guid user)
    {
        var values = new Dictionary<string, object>
        {
            ["organization"] = organization,
            ["user"] = user,
            ["newcomer"] = (await Database.AddTenantAsync("newcomer")).UserId,
            ["repository"] = await Database.AddRepositoryAsync(organization),
            ["second"] = await Database.AddRepositoryAsync(organization, "second"),
            ["analysis"] = Guid.CreateVersion7(),
            ["spare"] = Guid.CreateVersion7(),
            ["job"] = Guid.CreateVersion7(),
        };
        await Database.ExecuteAsync(
            """
            INSERT INTO analyses (id, organization_id, repository_id, job_id, kind) VALUES (@analysis, @organization, @repository, @job, 'full'), (@spare, @organization, @repository, @job, 'full');
            INSERT INTO score_history (organization_id, repository_id, analysis_id, rule_set) VALUES (@organization, @repository, @analysis, 'x');
            INSERT INTO published_results (organization_id, analysis_id) VALUES (@organization, @analysis);
            INSERT INTO jobs (id, organization_id, queue, kind, args) VALUES (@job, @organization, 'sync', 'x', '{}');
            """,
            values);
        string[] present = ["organizations", "organization_members", "repositories", "analyses", "score_history", "published_results", "jobs", "job_events"];
        foreach (var table in TenantTables.All.Where(table => !present.Contains(table.Name)))
        {
            await Database.ExecuteAsync(table.Insert, Parameters(values));
        }

        return values;
    }

    /// <summary>Tries a statement as the caller, and undoes it.</summary>
    /// <returns>Whether it did or found anything.</returns>
    public async Task<bool> TryAsync(Caller caller, string sql)
    {
        var count = 0;
        try
        {
            await Database.Db.InTransactionAsync(
                caller,
                async Task (connection) =>
                {
                    count = sql.StartsWith("SELECT", StringComparison.Ordinal)
                        ? (await connection.QueryAsync(sql, Parameters(_values))).Count()
                        : await connection.ExecuteAsync(sql, Parameters(_values));
                    throw new UndoneException();
                },
                CancellationToken.None);
        }
        catch (UndoneException)
        {
            return count > 0;
        }
        catch (Exception refusal) when (refusal is LeaseLostException or PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege })
        {
            return false;
        }

        throw new InvalidOperationException("It was not undone.");
    }

    private static DynamicParameters Parameters(Dictionary<string, object> values)
    {
        var parameters = new DynamicParameters(values);
        parameters.Add("id", Guid.CreateVersion7());
        return parameters;
    }

    private sealed class UndoneException : Exception;
}
