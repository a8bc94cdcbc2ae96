using System.Globalization;
using AutoDevOps.Server.Tests.Support;
using CsCheck;

namespace AutoDevOps.Server.Tests.Jobs.Model;

/// <summary>Random histories: whatever happens in whatever order, the program does what the model does, and what must never happen does not.</summary>
public class JobModelTests(PostgresFixture postgres, bool isPooled = false) : IAsyncLifetime
{
    // Every run plays others; a long hunt asks for more.
    private static readonly int Histories = int.Parse(Environment.GetEnvironmentVariable("AUTODEVOPS_TEST_HISTORIES") ?? "30", CultureInfo.InvariantCulture);

    private readonly JobDatabase _database = isPooled ? new PooledJobDatabase(postgres) : new(postgres);

    /// <summary>Each breaks one promise.</summary>
    private static readonly (string Function, string Kept, string Broken)[] Breaks =
    [
        ("app.rescue_expired_jobs", "WHERE lease_until < p_now", "WHERE lease_until IS NOT NULL"),
        ("app.claim_jobs", "state = 'active', attempt = job.attempt + 1", "state = 'active'"),
        ("app.claim_jobs", "SET cursor = v_last", "SET cursor = cursor"),
        ("app.lock_running_job", "AND job.worker_id = p_worker AND job.fence = p_fence", ""),
        ("app.replay_job", "AND job.replay_of = p_job", "AND job.replay_of = p_replay"),
        ("app.prune_jobs", "job.finished_at < app.now() - p_keep", "job.created_at < app.now() - p_keep"),
        ("app.fail_job", "v_now + app.wait_after", "v_now + interval '1 microsecond' + app.wait_after"),
        ("app.take_due_schedules", "schedule.next_at <= v_now", "schedule.next_at < v_now"),
        ("app.tick_schedule", "next_at = p_next, last_at = p_due", "next_at = p_next"),
        ("app.tick_schedule", "next_at = p_next, last_at = p_due", "last_at = p_due"),
    ];

    public ValueTask InitializeAsync() => _database.InitializeAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Whatever_happens_in_whatever_order_the_program_does_what_the_model_does()
    {
        await using var real = await RealJobs.StartAsync(_database);
        var transitions = await TransitionsAsync();
        await Step.Histories.SampleAsync(steps => JobHistory.PlayAsync(real, transitions, steps), iter: Histories, threads: 1, print: _ => "");
    }

    [Fact]
    public async Task Whichever_promise_is_broken_the_model_objects()
    {
        await using var real = await RealJobs.StartAsync(_database);
        var transitions = await TransitionsAsync();
        foreach (var (function, kept, broken) in Breaks)
        {
            await using var repair = await _database.AlterFunctionAsync(function, kept, broken);
            ModelMismatchException? noticed = null;
            // The first is enough: what follows is not played.
            await Step.Histories.SampleAsync(
                async steps => noticed ??= await JobHistory.FailureOfAsync(real, transitions, steps), iter: 1000, threads: 1);
            Assert.True(noticed is not null, $"Nobody noticed that {function} has '{broken}' for '{kept}'.");
        }
    }

    [Fact]
    public async Task A_counterexample_is_told_in_the_fewest_steps_that_show_it()
    {
        await using var real = await RealJobs.StartAsync(_database);
        var transitions = await TransitionsAsync();
        await _database.AlterFunctionAsync("app.fail_job", "v_now + app.wait_after", "v_now + interval '1 microsecond' + app.wait_after");
        var steps = new[] { StepKind.Rescue, StepKind.Queue, StepKind.Pass, StepKind.Queue, StepKind.Turn, StepKind.Report, StepKind.Beat, StepKind.Fail, StepKind.Pass, StepKind.Rescue }
            .Select(kind => new Step(kind, 0, 0)).ToList();
        var told = await Assert.ThrowsAsync<ModelMismatchException>(() => JobHistory.PlayAsync(real, transitions, steps));
        Assert.Equal(
            """
            After this history
                      0 s  tenant 0 queues job 1 with the key: queued
                      0 s  worker 0 completes nothing and takes up to 1: completed nothing; took job 1 (attempt 1, fence 1); moved nothing
                      0 s  worker 0: job 1 of fence 1 fails: failed
            the model has:   job 1: failed, attempt 1, fence 1, 0 rescues, 3 events, code broken, runs at 30 s, worker none until never, to be cancelled never, started 0 s, finished never
            the program has: job 1: failed, attempt 1, fence 1, 0 rescues, 3 events, code broken, runs at 30.000001 s, worker none until never, to be cancelled never, started 0 s, finished never
            """,
            told.Message);
    }

    private async Task<IReadOnlySet<(string From, string To)>> TransitionsAsync() =>
        (await _database.QueryAsync<(string, string)>("SELECT from_state, to_state FROM job_transitions WHERE between_state IS NULL")).ToHashSet();
}
