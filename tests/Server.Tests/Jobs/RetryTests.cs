using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Tests.Support;

namespace AutoDevOps.Server.Tests.Jobs;

/// <summary>What follows a failed attempt, to the millisecond, on a clock that the test moves.</summary>
public class RetryTests(JobDatabase database) : IClassFixture<JobDatabase>, IAsyncLifetime
{
    private static readonly TimeSpan Blink = TimeSpan.FromMilliseconds(1);

    public async ValueTask InitializeAsync()
    {
        await database.ClearAsync();
        await database.FreezeClockAsync(new DateTime(2031, 1, 1, 0, 0, 0, DateTimeKind.Utc));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(false, "failed")]
    [InlineData(true, "retrying")]
    public async Task Attempts_follow_each_other_after_30_seconds_2_minutes_and_5_minutes_and_the_fourth_is_the_last(bool isInAi, string waiting)
    {
        await using var process = new JobProcess(database, async (job, stop) =>
        {
            if (isInAi)
            {
                await job.EnterAsync(JobState.AiRequest, stop);
            }

            throw new InvalidOperationException("a detail that nobody outside should read");
        });
        var id = await process.EnqueueAsync(await database.AddTenantAsync());
        foreach (var wait in (TimeSpan[])[TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5)])
        {
            Assert.Equal(1, await process.RunOnceAsync());
            Assert.Equal(waiting, await database.StateAsync(id));
            await database.MoveClockAsync(wait - Blink);
            Assert.Equal(0, await process.RunOnceAsync());
            await database.MoveClockAsync(Blink);
        }

        Assert.Equal(1, await process.RunOnceAsync());
        Assert.Equal(
            ("dead_letter", 4, "internal_error", true, 0),
            await database.SingleAsync<(string, int, string, bool, int)>("SELECT state, attempt, error_code, finished_at IS NOT NULL, rescues FROM jobs"));
        Assert.DoesNotContain("detail", await database.SingleAsync<string>("SELECT error FROM jobs"), StringComparison.Ordinal);
        await database.MoveClockAsync(TimeSpan.FromDays(10));
        Assert.Equal(0, await process.RunOnceAsync());
        Assert.Equal(4, await database.SingleAsync<long>("SELECT count(*) FROM job_events WHERE to_state = 'active'"));
    }

    [Fact]
    public async Task A_failure_that_knows_when_trying_again_makes_sense_waits_until_then_and_spends_no_attempt()
    {
        await using var process = new JobProcess(database, (_, _) => throw new NotYetException(TimeProvider.System.GetUtcNow().AddMinutes(20)));
        var id = await process.EnqueueAsync(await database.AddTenantAsync());

        Assert.Equal(1, await process.RunOnceAsync());

        Assert.Equal("pending", await database.StateAsync(id));
        var (attempt, wait, error) = await database.SingleAsync<(int, double, string)>("SELECT attempt, extract(epoch FROM run_at - app.now())::float8, error FROM jobs");
        Assert.Equal((0, "Not before then."), (attempt, error));
        Assert.InRange(wait, 1190, 1200);
    }

    [Fact]
    public async Task A_failure_that_is_final_is_not_tried_again()
    {
        await using var process = new JobProcess(database, (_, _) => throw new NeverException());
        var id = await process.EnqueueAsync(await database.AddTenantAsync());

        Assert.Equal(1, await process.RunOnceAsync());

        Assert.Equal("dead_letter", await database.StateAsync(id));
        Assert.Equal((1, "never"), await database.SingleAsync<(int, string)>("SELECT attempt, error_code FROM jobs"));
    }

    [Fact]
    public async Task Jitter_lengthens_a_wait_by_at_most_its_part_and_not_all_alike()
    {
        await using var process = new JobProcess(
            database, (_, _) => throw new InvalidOperationException(), ("Jobs:Jitter", "0.5"), ("AnalysisQueue:Concurrency", "30"), ("AnalysisQueue:PerOrganization", "30"));
        var tenant = await database.AddTenantAsync();
        for (var i = 0; i < 30; i++)
        {
            await process.EnqueueAsync(tenant);
        }

        Assert.Equal(30, await process.RunOnceAsync());
        var waits = await database.QueryAsync<double>("SELECT extract(epoch FROM run_at - app.now())::float8 FROM jobs");
        Assert.All(waits, wait => Assert.InRange(wait, 30, 45));
        Assert.True(waits.Max() - waits.Min() > 1, "30 waits differ by less than a second.");
    }

    [Fact]
    public async Task A_snooze_waits_as_long_as_it_says_and_costs_no_attempt_however_often()
    {
        var snoozes = 0;
        await using var process = new JobProcess(database, (_, _) => ++snoozes <= 10
            ? Task.FromResult(JobOutcome.Snooze(TimeSpan.FromMinutes(10), "The quota is used up."))
            : throw new InvalidOperationException());
        var id = await process.EnqueueAsync(await database.AddTenantAsync());
        for (var i = 1; i <= 10; i++)
        {
            Assert.Equal(1, await process.RunOnceAsync());
            Assert.Equal(
                ("pending", 0, 0, i, "snoozed"),
                await database.SingleAsync<(string, int, int, int, string)>("SELECT state, attempt, rescues, fence, error_code FROM jobs"));
            await database.MoveClockAsync(TimeSpan.FromMinutes(10) - Blink);
            Assert.Equal(0, await process.RunOnceAsync());
            await database.MoveClockAsync(Blink);
        }

        for (var attempt = 1; attempt <= 4; attempt++)
        {
            Assert.Equal(1, await process.RunOnceAsync());
            Assert.Equal(attempt == 4 ? "dead_letter" : "failed", await database.StateAsync(id));
            await database.MoveClockAsync(TimeSpan.FromMinutes(5));
        }
    }

    [Fact]
    public async Task What_cannot_get_better_is_not_tried_again()
    {
        await using var process = new JobProcess(database, (_, _) => Task.FromResult(JobOutcome.Fail("There is no such branch.")));
        await process.EnqueueAsync(await database.AddTenantAsync());
        await process.RunOnceAsync();
        Assert.Equal(("dead_letter", 1, "There is no such branch."), await database.SingleAsync<(string, int, string)>("SELECT state, attempt, error FROM jobs"));
    }

    [Fact]
    public async Task Arguments_that_this_version_does_not_understand_end_the_job_at_once()
    {
        await using var process = new JobProcess(database);
        var tenant = await database.AddTenantAsync();
        foreach (var args in (string[])["""{"txt": "misspelt"}""", """{"text": null}""", "[]", "null"])
        {
            await database.ClearAsync();
            await database.ExecuteAsync("INSERT INTO jobs (id, organization_id, queue, kind, args) VALUES (gen_random_uuid(), @OrganizationId, 'analysis', 'test', @args::jsonb)", new { tenant.OrganizationId, args });
            await process.RunOnceAsync();
            Assert.Equal(("dead_letter", "invalid_args"), await database.SingleAsync<(string, string)>("SELECT state, error_code FROM jobs"));
        }
    }

    [Fact]
    public async Task A_failure_with_words_for_people_shows_them()
    {
        await using var process = new JobProcess(database, (_, _) => throw new JobFailedException("clone_failed", "The repository did not answer."));
        await process.EnqueueAsync(await database.AddTenantAsync());
        await process.RunOnceAsync();
        Assert.Equal(("failed", "clone_failed", "The repository did not answer."), await database.SingleAsync<(string, string, string)>("SELECT state, error_code, error FROM jobs"));
    }

    [Fact]
    public async Task In_a_queue_without_retries_the_first_failure_is_the_last_for_an_unknown_kind_too()
    {
        await using var process = new JobProcess(database, (_, _) => throw new InvalidOperationException(), ("AnalysisQueue:RetryWaits", ""));
        var tenant = await database.AddTenantAsync();
        await process.EnqueueAsync(tenant);
        await database.ExecuteAsync("INSERT INTO jobs (id, organization_id, queue, kind, args, max_attempts) VALUES (gen_random_uuid(), @OrganizationId, 'analysis', 'unheard_of', '{}', 4)", tenant);
        await process.RunOnceAsync();
        Assert.Equal(["dead_letter", "dead_letter"], await database.QueryAsync<string>("SELECT state FROM jobs"));
    }

    private sealed class NotYetException(DateTimeOffset notBefore) : JobFailedException("not_yet", "Not before then.")
    {
        public override DateTimeOffset? NotBefore => notBefore;
    }

    private sealed class NeverException() : JobFailedException("never", "It will never work.")
    {
        public override bool IsFinal => true;
    }
}
