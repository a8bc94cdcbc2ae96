using System.Text.Json;
using AutoDevOps.Server.Data;
using Dapper;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Jobs;

/// <summary>The arguments of the job that a tick of a schedule makes.</summary>
public sealed record ScheduledArgs(Guid ScheduleId) : IJobArgs
{
    public static string Kind => "run_schedule";

    public static string Queue => QueueNames.Sync;
}

/// <summary>Makes the jobs of schedules that are due: one for each tick, however many processes look.</summary>
/// <remarks>Ticks that were missed while no process ran become one: nobody wants a week's worth of nightly runs at once.</remarks>
internal sealed class Scheduler(
    Db db, ProcessIdentity process, QueueCatalog queues, JobNotifier notifier, IOptions<JobOptions> options, TimeProvider time, ILogger<Scheduler> logger)
    : BackgroundService
{
    private const int Batch = 100;

    /// <summary>Looks once.</summary>
    /// <returns>The jobs that were made.</returns>
    public Task<IReadOnlyList<Guid>> TickAsync(CancellationToken cancellationToken) =>
        db.InTransactionAsync<IReadOnlyList<Guid>>(
            process.Caller,
            async connection =>
            {
                List<Guid> made = [];
                foreach (var due in (await connection.QueryAsync<Due>(Sql.Take, new { limit = Batch })).AsList())
                {
                    var (job, queue) = (Guid.CreateVersion7(), queues[ScheduledArgs.Queue]);
                    var organization = await connection.QuerySingleOrDefaultAsync<Guid?>(Sql.Tick, new
                    {
                        schedule = due.Id,
                        due = due.DueAt,
                        next = Next(due),
                        job,
                        queue = ScheduledArgs.Queue,
                        kind = ScheduledArgs.Kind,
                        args = JsonSerializer.Serialize(new ScheduledArgs(due.Id), JobJson.Options),
                        priority = queue.Priority,
                        maxAttempts = queue.MaxAttempts,
                    });
                    if (organization is { } of)
                    {
                        made.Add(job);
                        Db.AfterCommit(connection, () => notifier.AnnounceJob(ScheduledArgs.Queue, of, job));
                    }
                }

                return made;
            },
            cancellationToken);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Repeatedly.RunAsync(
        time, options.Value.Poll, atOnce: true, TickAsync, exception => logger.LogWarning(exception, "Could not look for schedules that are due."), stoppingToken);

    // One that cannot be read any more, such as in a time zone that this machine does not know, stops: its last tick is still done.
    private DateTime? Next(Due due)
    {
        var (times, problem) = CronTimes.Parse(due.Cron, due.TimeZone);
        if (times is null)
        {
            logger.LogError("The schedule {Schedule} has no next time: {Problem}", due.Id, problem);
        }

        return times?.NextAfter(due.At);
    }

    private sealed record Due(Guid Id, string Cron, string TimeZone, DateTime DueAt, DateTime At);

    private static class Sql
    {
        public const string Take = """
            SELECT id AS "Id", cron AS "Cron", time_zone AS "TimeZone", due_at AS "DueAt", at AS "At" FROM app.take_due_schedules(@limit)
            """;

        public const string Tick = """
            SELECT organization_id FROM app.tick_schedule(
                @schedule::uuid, @due::timestamptz, @next::timestamptz, @job::uuid, @queue, @kind, @args::jsonb, @priority::smallint, @maxAttempts::smallint)
            """;
    }
}
