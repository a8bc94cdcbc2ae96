using System.ComponentModel.DataAnnotations;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDevOps.Server.Features.Jobs;

/// <summary>Lists the jobs of all the caller's organizations, the newest first.</summary>
public static class ListJobs
{
    private const int MaxLimit = 100;

    private static readonly string[] States =
        ["pending", "active", "processing", "ai_request", "retrying", "failed", "completed", "dead_letter", "cancelled", "running", "waiting"];

    private static readonly string[] Queues = [QueueNames.Analysis, QueueNames.Sync, QueueNames.CiGeneration];

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/jobs", HandleAsync).WithName(nameof(ListJobs)).WithTags("jobs").WithEntityTag();

    /// <param name="state">One of the nine states, or <c>running</c> or <c>waiting</c> for those that are.</param>
    /// <param name="after">The <c>next</c> of the page before.</param>
    internal static async Task<Results<Ok<Page<JobResponse>>, ProblemHttpResult>> HandleAsync(
        CurrentUser user, Db db, CancellationToken cancellationToken,
        [StringLength(40)] string? queue = null, [StringLength(20)] string? state = null, Guid? after = null, [Range(1, MaxLimit)] int limit = 50)
    {
        if ((Unknown("queue", queue, Queues) ?? Unknown("state", state, States)) is { } error)
        {
            return TypedResults.Problem(error, statusCode: StatusCodes.Status400BadRequest);
        }

        var rows = await ReadJobs.ListAsync(db, user, queue, state, after, limit, cancellationToken);
        var items = rows.Take(limit).Select(JobResponse.Of).ToList();
        return TypedResults.Ok(new Page<JobResponse>(items, rows.Count > limit ? items[^1].Id.ToString() : null));
    }

    private static string? Unknown(string name, string? value, string[] known) =>
        value is null || known.Contains(value) ? null : $"{name} ({value}) must be one of {string.Join(", ", known)}.";
}
