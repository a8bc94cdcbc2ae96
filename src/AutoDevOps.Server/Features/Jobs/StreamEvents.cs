using System.Globalization;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Hosting;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Security;

namespace AutoDevOps.Server.Features.Jobs;

/// <summary>Streams what happens to one job, or to all jobs of the caller's organizations. A client that comes back with the last id
/// it saw misses nothing and gets nothing twice.</summary>
internal static class StreamEvents
{
    private const string LastEventId = "Last-Event-ID";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/jobs/{jobId:guid}/events", OfJobAsync).WithName("StreamJobEvents").WithTags("jobs").Produces<JobEvent>(contentType: "text/event-stream");
        routes.MapGet("/events", OfAllAsync).WithName(nameof(StreamEvents)).WithTags("jobs").Produces<JobEvent>(contentType: "text/event-stream");
    }

    internal static async Task OfJobAsync(
        Guid jobId, HttpContext context, CurrentUser user, Db db, SharedEventReads reads, EventBells bells, EventStream stream, CancellationToken cancellationToken)
    {
        var last = context.Request.Headers[LastEventId].ToString();
        if (last.Length > 0 && !int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            await RefuseAsync(context);
            return;
        }

        var after = last.Length == 0 ? 0 : int.Parse(last, CultureInfo.InvariantCulture);
        var job = (await db.QueryAsync<Job>(user.Caller, Sql.Find, new { jobId }, cancellationToken)).SingleOrDefault();
        if (job is null)
        {
            await Problems.WriteAsync(context, StatusCodes.Status404NotFound, "There is no such job.");
        }
        else if (job.IsOver && after >= job.LastSeq)
        {
            // What a client takes for "do not come back": all was seen.
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        else
        {
            using var bell = bells.Hang(jobId);
            await stream.WriteAsync(context, user, bell, new JobEventReader(db, reads, user, jobId, after));
        }
    }

    internal static async Task OfAllAsync(
        HttpContext context, CurrentUser user, Db db, SharedEventReads reads, EventBells bells, EventStream stream, CancellationToken cancellationToken)
    {
        var last = context.Request.Headers[LastEventId].ToString();
        var cursor = EventCursor.Parse(last);
        if (last.Length > 0 && cursor is null)
        {
            await RefuseAsync(context);
            return;
        }

        using var bell = bells.Hang();
        var reader = new FleetEventReader(db, reads, user, bell, cursor);
        await reader.LookAroundAsync(cancellationToken);
        await stream.WriteAsync(context, user, bell, reader);
    }

    private static Task RefuseAsync(HttpContext context) =>
        Problems.WriteAsync(context, StatusCodes.Status400BadRequest, $"The header {LastEventId} holds no id that this address gave. Leave it out to begin anew.");

    private sealed record Job(int LastSeq, bool IsOver);

    private static class Sql
    {
        public const string Find = """SELECT event_seq AS "LastSeq", finished_at IS NOT NULL AS "IsOver" FROM jobs WHERE id = (SELECT app.visible_job(@jobId::uuid))""";
    }
}
