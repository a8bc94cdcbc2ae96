using System.ComponentModel.DataAnnotations;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDevOps.Server.Features.Webhooks;

/// <summary>Lists what GitHub delivered for an organization in the last 30 days, the newest first.</summary>
public static class ListDeliveries
{
    private const int MaxLimit = 100;

    /// <param name="Guid">GitHub's id of the delivery.</param>
    /// <param name="Outcome">What was done, for people; null until the job is done.</param>
    /// <param name="JobState">Null when the job was removed for its age.</param>
    public sealed record Response(
        Guid Id, string Guid, string Event, string? Action, Guid? RepositoryId, string? Repository, Guid JobId, string? JobState, string? Outcome, DateTime ReceivedAt);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/organizations/{organizationId:guid}/deliveries", HandleAsync).WithName(nameof(ListDeliveries)).WithTags("webhooks").WithEntityTag();

    /// <param name="after">The <c>next</c> of the page before.</param>
    internal static async Task<Results<Ok<Page<Response>>, NotFound>> HandleAsync(
        Guid organizationId, CurrentUser user, Db db, CancellationToken cancellationToken,
        [Microsoft.AspNetCore.Mvc.FromQuery(Name = "repository_id")] Guid? repositoryId = null, Guid? after = null, [Range(1, MaxLimit)] int limit = 50)
    {
        var (organizations, _) = await ReadDeliveries.ChoicesAsync(db, user.Caller, organizationId, cancellationToken);
        if (!organizations.Exists(organization => organization.Id == organizationId))
        {
            return TypedResults.NotFound();
        }

        var rows = await ReadDeliveries.ListAsync(db, user.Caller, organizationId, repositoryId, after, limit, cancellationToken);
        var items = rows.Take(limit).Select(row => new Response(
            row.Id, row.Guid, row.Event, row.Action, row.RepositoryId, row.Repository, row.JobId, row.JobState, row.Outcome, row.ReceivedAt)).ToList();
        return TypedResults.Ok(new Page<Response>(items, rows.Count > limit ? items[^1].Id.ToString() : null));
    }
}
