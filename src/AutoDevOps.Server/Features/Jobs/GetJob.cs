using AutoDevOps.Server.Data;
using AutoDevOps.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDevOps.Server.Features.Jobs;

/// <summary>Shows one job with what happened to it.</summary>
public static class GetJob
{
    /// <param name="Events">The newest 500, the oldest of them first.</param>
    public sealed record Response(JobResponse Job, IReadOnlyList<JobEvent> Events);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/jobs/{jobId:guid}", HandleAsync).WithName(nameof(GetJob)).WithTags("jobs").WithEntityTag();

    internal static async Task<Results<Ok<Response>, NotFound>> HandleAsync(
        Guid jobId, CurrentUser user, Db db, CancellationToken cancellationToken) =>
        await ReadJobs.ReadAsync(db, user, jobId, cancellationToken) is var (job, events)
            ? TypedResults.Ok(new Response(JobResponse.Of(job), events))
            : TypedResults.NotFound();
}
