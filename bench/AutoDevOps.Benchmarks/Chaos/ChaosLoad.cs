using System.Runtime.Versioning;
using AutoDevOps.Benchmarks.Jobs;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Jobs;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AutoDevOps.Benchmarks.Chaos;

/// <summary>The people: they put jobs in line, all the time, and cancel some.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ChaosLoad : IAsyncDisposable
{
    private const int Tenants = 6;
    private const int CancelOneOf = 25;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private readonly ChaosServer _server;
    private readonly BenchProcess _api;
    private readonly Dice _dice;
    private readonly List<(Guid User, Guid Organization)> _tenants = [];
    private readonly List<(Guid Job, Guid User)> _queued = [];

    public ChaosLoad(ChaosServer server, Dice dice)
    {
        (_server, _dice) = (server, dice);
        _api = new BenchProcess(server.App, WorkerOptions.Default.Settings, isWorker: false, services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None)));
    }

    /// <summary>The jobs whose enqueueing was confirmed.</summary>
    public IReadOnlyList<Guid> Queued => [.. _queued.Select(queued => queued.Job)];

    /// <summary>What people were told when they cancelled.</summary>
    public Dictionary<Guid, string> Cancelled { get; } = [];

    public async Task SetUpAsync()
    {
        await _api.StartAsync();
        for (var number = 0; number < Tenants; number++)
        {
            var (user, organization) = (Guid.CreateVersion7(), Guid.CreateVersion7());
            await _server.InsistAsync(connection => connection.ExecuteAsync(Sql.Tenant, new { user, organization, name = $"chaos {number}" }));
            _tenants.Add((user, organization));
        }

        await _server.InsistAsync(connection => connection.ExecuteAsync(Sql.Traces));
    }

    /// <summary>Queues the jobs evenly over the time.</summary>
    public async Task RunAsync(int jobs, TimeSpan time)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (_queued.Count < jobs)
        {
            var due = (int)Math.Min(jobs, Math.Ceiling(jobs * (TimeProvider.System.GetElapsedTime(started) / time)));
            while (_queued.Count < due)
            {
                await QueueAsync();
                if (_dice.Roll(CancelOneOf) == 0)
                {
                    await CancelAsync(_queued[Math.Max(0, _queued.Count - 1 - _dice.Roll(20))]);
                }
            }

            await Task.Delay(Tick, TimeProvider.System, CancellationToken.None);
        }
    }

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    private async Task QueueAsync()
    {
        var (user, organization) = _dice.Pick(_tenants);
        var (job, args) = (Guid.CreateVersion7(), new ChaosHandler.Args(Deed(), Milliseconds()));
        var (db, queue) = (_api.Services.GetRequiredService<Db>(), _api.Services.GetRequiredService<JobQueue>());
        await InsistAsync(async () =>
        {
            try
            {
                await db.InTransactionAsync(
                    Caller.User(user), connection => queue.EnqueueAsync(connection, organization, args, jobId: job, requestedBy: user), CancellationToken.None);
            }
            catch (PostgresException problem) when (problem.SqlState == PostgresErrorCodes.UniqueViolation)
            {
                // The first try was committed, and only its answer was lost.
            }

            return true;
        });
        _queued.Add((job, user));
    }

    private async Task CancelAsync((Guid Job, Guid User) queued)
    {
        var db = _api.Services.GetRequiredService<Db>();
        var outcome = await InsistAsync(async () =>
            (await db.QueryAsync<string>(Caller.User(queued.User), Sql.Cancel, new { job = queued.Job }, CancellationToken.None))[0]);
        if (outcome == "requested")
        {
            _api.Services.GetRequiredService<JobNotifier>().RequestCancel(queued.Job);
        }

        // Asked again because the answer was lost: the first answer holds.
        Cancelled[queued.Job] = outcome == "ended" && Cancelled.TryGetValue(queued.Job, out var before) ? before : outcome;
    }

    private static async Task<T> InsistAsync<T>(Func<Task<T>> work)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return await work();
            }
            catch (NpgsqlException problem) when (problem.IsTransient && TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(1))
            {
                await Task.Delay(Tick, TimeProvider.System, CancellationToken.None);
            }
        }
    }

    private string Deed()
    {
        var roll = _dice.Roll(ChaosHandler.Deeds.Sum(deed => deed.Share));
        return ChaosHandler.Deeds.First(deed => (roll -= deed.Share) < 0).Name;
    }

    // Most are short; some are under way when a worker is told to end.
    private int Milliseconds() => _dice.Roll(12) == 0 ? 1500 + _dice.Roll(2500) : 20 + _dice.Roll(300);

    private static class Sql
    {
        public const string Tenant = """
            INSERT INTO users (id, login, name) VALUES (@user, @name, @name);
            INSERT INTO organizations (id, name) VALUES (@organization, @name);
            INSERT INTO organization_members (organization_id, user_id, role) VALUES (@organization, @user, 'owner')
            """;

        // Nothing here forbids to do a thing twice: that is what is counted.
        public const string Traces = """
            CREATE TABLE chaos_touches (job_id uuid NOT NULL, worker_id uuid NOT NULL, fence integer NOT NULL, at timestamptz NOT NULL);
            CREATE INDEX ON chaos_touches (job_id);
            CREATE TABLE chaos_effects (job_id uuid NOT NULL, worker_id uuid NOT NULL, fence integer NOT NULL);
            GRANT SELECT, INSERT ON chaos_touches, chaos_effects TO autodevops_app
            """;

        public const string Cancel = "SELECT outcome FROM app.cancel_job(@job)";
    }
}
