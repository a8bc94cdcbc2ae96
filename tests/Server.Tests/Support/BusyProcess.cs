using System.Collections.Concurrent;
using AutoDevOps.Server.Jobs;
using Microsoft.Extensions.Time.Testing;

namespace AutoDevOps.Server.Tests.Support;

/// <summary>A worker of two slots, whose jobs took no time up to now.</summary>
internal sealed class BusyProcess : IAsyncDisposable
{
    private readonly JobDatabase _database;
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private BusyProcess(JobDatabase database, Tenant tenant, FakeTimeProvider time)
    {
        (_database, Tenant) = (database, tenant);
        Process = new JobProcess(database, new JobProcess.Surroundings(Time: time), RunAsync, ("AnalysisQueue:Concurrency", "2"));
    }

    public JobProcess Process { get; }

    public Tenant Tenant { get; }

    /// <summary>The texts of the jobs whose handler began.</summary>
    public ConcurrentQueue<string> Ran { get; } = new();

    public static async Task<BusyProcess> StartAsync(JobDatabase database, FakeTimeProvider time)
    {
        var busy = new BusyProcess(database, await database.AddTenantAsync(), time);
        await busy.Process.StartAsync<JobWorker>();
        var first = await busy.Process.EnqueueAsync(busy.Tenant, "first");
        await database.WaitUntilAsync("state = 'completed' FROM jobs WHERE id = @first", new { first });
        // Its slot is free a moment later than its end is written.
        while (busy.Process.Worker.Taken(QueueNames.Analysis) > 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        return busy;
    }

    /// <summary>Puts two jobs in line that run until they are let go, and behind them two that are taken with them and have no slot.</summary>
    /// <returns>The last two.</returns>
    public async Task<Guid[]> TakeTwoAheadAsync()
    {
        var ids = await Process.Db.InTransactionAsync(
            Tenant.Caller,
            async connection =>
            {
                List<Guid> added = [];
                foreach (var text in (string[])["long", "long", "short", "short"])
                {
                    added.Add((await Process.Get<JobQueue>().EnqueueAsync(connection, Tenant.OrganizationId, new TestJob.Args(text)))!.Value);
                }

                return added;
            },
            TestContext.Current.CancellationToken);
        await _database.WaitUntilAsync("count(*) = 4 FROM jobs WHERE state = 'active'");
        // The claim's answer comes a moment later; a process that is stopped before gives all four back.
        while (Ran.Count(text => text == "long") < 2 || Process.Running.All.Count < 4)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        return [.. ids.Skip(2)];
    }

    /// <summary>Those that run end.</summary>
    public void LetGo() => _goOn.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        LetGo();
        await Process.DisposeAsync();
    }

    private async Task<JobOutcome> RunAsync(Job<TestJob.Args> job, CancellationToken stop)
    {
        Ran.Enqueue(job.Args.Text);
        if (job.Args.Text == "long")
        {
            await _goOn.Task;
        }

        return JobOutcome.Completed;
    }
}
