using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Hosting;
using AutoDevOps.Server.Jobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AutoDevOps.Benchmarks.Jobs;

/// <summary>Our queue as one process of a measurement, with the same verbs as the scripts of the peers.</summary>
internal static class OurQueue
{
    // The first jobs warm up the runtime; then the clock starts.
    public const int WarmUp = 5000;

    private static readonly Guid User = new("00000000-0000-7000-8000-000000000001");

    /// <param name="arguments">A verb (<c>setup fill drain pickup ask obey cancel claim</c>), the administrator's connection string, how many jobs, the concurrency.</param>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var (verb, administrator) = (arguments[0], arguments[1]);
        var jobs = arguments.Length > 2 ? int.Parse(arguments[2], CultureInfo.InvariantCulture) : 0;
        var concurrency = arguments.Length > 3 ? int.Parse(arguments[3], CultureInfo.InvariantCulture) : 0;
        switch (verb)
        {
            case "setup":
                await SetUpAsync(administrator, tenants: Math.Max(1, jobs));
                break;
            case "fill":
                await ExecuteAsync(administrator, Sql.Fill, jobs);
                break;
            case "drain":
                Say(await DrainAsync(administrator, jobs, concurrency));
                break;
            case "pickup":
                Say(await PickUpAsync(administrator, jobs, concurrency));
                break;
            case "ask":
                await AskAsync(administrator, jobs);
                break;
            case "obey":
                Say(await ObeyAsync(administrator, jobs));
                break;
            case "cancel":
                Say(await CancelAsync(administrator, jobs));
                break;
            case "claim":
                Say(await ClaimAsync(administrator, jobs));
                break;
            default:
                throw new ArgumentException($"There is no verb {verb}.", nameof(arguments));
        }

        return 0;
    }

    private static async Task SetUpAsync(string administrator, int tenants)
    {
        await using var source = NpgsqlDataSource.Create(administrator);
        await new Migrator(NullLogger<Migrator>.Instance).MigrateAsync(source, CancellationToken.None);
        await ExecuteAsync(administrator, Sql.Tenants, tenants, User);
    }

    private static async Task<object> DrainAsync(string administrator, int jobs, int concurrency)
    {
        var ended = 0;
        long started = 0;
        TimeSpan cpu = default;
        var done = new TaskCompletionSource();
        await using var process = Process(administrator, concurrency, (_, _) => Task.FromResult(JobOutcome.Completed));
        // A job counts when its end is committed, which the executor tells by this measurement.
        using var listener = new System.Diagnostics.Metrics.MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "autodevops.job.duration")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, _, _) =>
        {
            var number = Interlocked.Increment(ref ended);
            if (number == WarmUp)
            {
                Say(new { warm = true });
                (started, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            }
            else if (number == WarmUp + jobs)
            {
                done.TrySetResult();
            }
        });
        listener.Start();
        await process.StartAsync();
        await done.Task;
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return new { seconds, cpu_ms = (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds };
    }

    private static async Task<object> PickUpAsync(string administrator, int jobs, int concurrency)
    {
        List<long> waits = [];
        var done = new TaskCompletionSource();
        await using var process = Process(administrator, concurrency, (job, _) =>
        {
            var wait = Microseconds() - job.Args.Asked;
            lock (waits)
            {
                waits.Add(wait);
                if (waits.Count == jobs)
                {
                    done.TrySetResult();
                }
            }

            return Task.FromResult(JobOutcome.Completed);
        });
        await process.StartAsync();
        await process.Services.GetRequiredService<JobListener>().FirstConnected.Task;
        Say(new { ready = true });
        await done.Task;
        return new { waits };
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5394", Justification = "Pauses of a measurement.")]
    private static async Task AskAsync(string administrator, int jobs)
    {
        await using var process = Process(administrator, 0, (_, _) => Task.FromResult(JobOutcome.Completed));
        await process.StartAsync();
        var (db, queue) = (process.Services.GetRequiredService<Db>(), process.Services.GetRequiredService<JobQueue>());
        var organization = (await db.QueryAsync<Guid>(Caller.User(User), "SELECT id FROM organizations ORDER BY id LIMIT 1", null, CancellationToken.None))[0];
        for (var asked = 0; asked < jobs; asked++)
        {
            await db.InTransactionAsync(
                Caller.User(User), connection => queue.EnqueueAsync(connection, organization, new Noop.Args(Microseconds())), CancellationToken.None);
            await Task.Delay(TimeSpan.FromMilliseconds(10 + (Random.Shared.NextDouble() * 20)));
        }

        // The last notification is sent a moment after the commit.
        await Task.Delay(TimeSpan.FromMilliseconds(200));
    }

    // Handlers that do nothing until they are told to stop.
    private static async Task<object> ObeyAsync(string administrator, int jobs)
    {
        Dictionary<string, long> at = [];
        var done = new TaskCompletionSource();
        await using var process = Process(administrator, 10, async (job, cancellation) =>
        {
            var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = cancellation.Register(() =>
            {
                var now = Microseconds();
                lock (at)
                {
                    at[job.Id.ToString()] = now;
                }

                told.SetResult();
            });
            await told.Task;
            lock (at)
            {
                if (at.Count == jobs)
                {
                    done.TrySetResult();
                }
            }

            cancellation.ThrowIfCancellationRequested();
            return JobOutcome.Completed;
        });
        await process.StartAsync();
        await process.Services.GetRequiredService<JobListener>().FirstConnected.Task;
        Say(new { ready = true });
        await done.Task;
        return new { at };
    }

    private static async Task<object> CancelAsync(string administrator, int jobs)
    {
        await using var process = Process(administrator, 0, (_, _) => Task.FromResult(JobOutcome.Completed));
        await process.StartAsync();
        var (db, queue, notifier) = (process.Services.GetRequiredService<Db>(), process.Services.GetRequiredService<JobQueue>(), process.Services.GetRequiredService<JobNotifier>());
        var organization = (await db.QueryAsync<Guid>(Caller.User(User), "SELECT id FROM organizations ORDER BY id LIMIT 1", null, CancellationToken.None))[0];
        Dictionary<string, long> at = [];
        for (var asked = 0; asked < jobs; asked++)
        {
            var job = (await db.InTransactionAsync(
                Caller.User(User), connection => queue.EnqueueAsync(connection, organization, new Noop.Args(Microseconds())), CancellationToken.None))!.Value;
            while ((await db.QueryAsync<string>(Caller.User(User), "SELECT state FROM jobs WHERE id = @job", new { job }, CancellationToken.None))[0] == "pending")
            {
                await Task.Delay(5);
            }

            // Its handler has begun by then.
            await Task.Delay(20);
            at[job.ToString()] = Microseconds();
            await db.QueryAsync<string>(Caller.User(User), "SELECT outcome FROM app.cancel_job(@job)", new { job }, CancellationToken.None);
            notifier.RequestCancel(job);
        }

        await Task.Delay(TimeSpan.FromMilliseconds(200));
        return new { at };
    }

    // With a backlog of 10,000, taken by tens and completed.
    private static async Task<object> ClaimAsync(string administrator, int tenants)
    {
        const int Turns = 300;
        await SetUpAsync(administrator, tenants);
        await ExecuteAsync(administrator, Sql.Fill, 10_000);
        await using var process = Process(administrator, 10, (_, _) => Task.FromResult(JobOutcome.Completed));
        var protocol = process.Services.GetRequiredService<JobProtocol>();
        List<double> took = [];
        for (var turn = 0; turn < Turns; turn++)
        {
            var started = Stopwatch.GetTimestamp();
            var taken = await protocol.TakeTurnAsync(
                QueueNames.Analysis, [], [Noop.Args.Kind], 10, new AnalysisQueueOptions { PerOrganization = 10_000 }, TimeSpan.FromMinutes(1), CancellationToken.None);
            took.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            await protocol.TakeTurnAsync(
                QueueNames.Analysis, [.. taken.Taken.Select(job => new EndedJob(job.Id, job.Fence))], [], 0, new AnalysisQueueOptions(), TimeSpan.FromMinutes(1), CancellationToken.None);
        }

        // The first ones compile.
        return new { took = took.Skip(Turns / 10) };
    }

    private static BenchProcess Process(string administrator, int concurrency, Func<Job<Noop.Args>, CancellationToken, Task<JobOutcome>> handle)
    {
        var app = new NpgsqlConnectionStringBuilder(administrator) { Username = "autodevops_app", Password = null, MaxPoolSize = Math.Max(20, concurrency + 10) };
        return new BenchProcess(app + LocalDatabase.Tuning, concurrency, handle);
    }

    private static async Task ExecuteAsync(string administrator, string sql, params object[] parameters)
    {
        await using var source = NpgsqlDataSource.Create(administrator);
        await using var command = source.CreateCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.AddWithValue(parameter);
        }

        await command.ExecuteNonQueryAsync();
    }

    private static long Microseconds() => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000);

    private static void Say(object message) => Console.Out.WriteLine(JsonSerializer.Serialize(message));

    private static class Sql
    {
        public const string Tenants = """
            WITH person AS (INSERT INTO users (id, login, name) VALUES ($2, 'bench', 'bench') ON CONFLICT DO NOTHING),
                 made AS (INSERT INTO organizations (id, name) SELECT gen_random_uuid(), 'bench ' || number FROM generate_series(1, $1) AS number RETURNING id)
            INSERT INTO organization_members (organization_id, user_id, role) SELECT id, $2, 'owner' FROM made
            """;

        public const string Fill = """
            INSERT INTO jobs (id, organization_id, queue, kind, args)
            SELECT gen_random_uuid(), (SELECT array_agg(id) FROM organizations)[1 + number % (SELECT count(*) FROM organizations)], 'analysis', 'noop', '{"asked": 0}'
            FROM generate_series(1, $1) AS number
            """;
    }
}
