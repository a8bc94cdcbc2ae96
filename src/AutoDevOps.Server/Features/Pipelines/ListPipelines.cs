using System.ComponentModel.DataAnnotations;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDevOps.Server.Features.Pipelines;

/// <summary>Lists the generated pipelines of all the caller's organizations, or of one repository, the newest first.</summary>
public static class ListPipelines
{
    private const int MaxLimit = 100;

    /// <param name="State">As in <see cref="PipelineResponse"/>.</param>
    public sealed record Item(Guid Id, Guid RepositoryId, Guid JobId, string Platform, string State, DateTime CreatedAt, DateTime? FinishedAt);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/pipelines", HandleAsync).WithName(nameof(ListPipelines)).WithTags("pipelines").WithEntityTag();

    /// <param name="after">The <c>next</c> of the page before.</param>
    internal static async Task<Ok<Page<Item>>> HandleAsync(
        CurrentUser user, Db db, CancellationToken cancellationToken,
        [Microsoft.AspNetCore.Mvc.FromQuery(Name = "repository_id")] Guid? repositoryId = null, Guid? after = null, [Range(1, MaxLimit)] int limit = 50)
    {
        var rows = await db.QueryAsync<Row>(user.Caller, Sql.List, new { repositoryId, after, take = limit + 1 }, cancellationToken);
        List<Item> items = [.. rows.Take(limit).Select(row => row.ToItem())];
        return TypedResults.Ok(new Page<Item>(items, rows.Count > limit ? items[^1].Id.ToString() : null));
    }

    private sealed record Row(
        Guid Id, Guid RepositoryId, Guid JobId, string Platform, DateTime CreatedAt, DateTime? FinishedAt, string? Failure, bool? IsProven)
    {
        public Item ToItem() => new(Id, RepositoryId, JobId, Platform, PipelineResponse.StateOf(FinishedAt, Failure, IsProven), CreatedAt, FinishedAt);
    }

    private static class Sql
    {
        public const string List = """
            SELECT id AS "Id", repository_id AS "RepositoryId", job_id AS "JobId", platform AS "Platform", created_at AS "CreatedAt",
                   finished_at AS "FinishedAt", failure AS "Failure", is_proven AS "IsProven"
            FROM pipelines
            WHERE (@repositoryId::uuid IS NULL OR repository_id = @repositoryId::uuid) AND (@after::uuid IS NULL OR id < @after::uuid)
            ORDER BY id DESC LIMIT @take::int
            """;
    }
}
