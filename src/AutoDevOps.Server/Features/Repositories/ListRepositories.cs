using System.ComponentModel.DataAnnotations;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Security;
using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Lists the connected repositories of all the caller's organizations, the newest first.</summary>
public static class ListRepositories
{
    private const int MaxLimit = 100;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/repositories", HandleAsync).WithName(nameof(ListRepositories)).WithTags("repositories").WithEntityTag();

    /// <param name="q">A part of the name or location, in any case.</param>
    /// <param name="after">The <c>next</c> of the page before.</param>
    internal static async Task<Ok<Page<RepositoryResponse>>> HandleAsync(
        CurrentUser user, Db db, CancellationToken cancellationToken,
        [StringLength(200)] string? q = null, Guid? after = null, [Range(1, MaxLimit)] int limit = 50, bool disconnected = false)
    {
        var rows = (await db.InTransactionAsync(
            user.Caller,
            connection => connection.QueryAsync<RepositoryResponse>(Sql.List, new { q, after, disconnected, take = limit + 1 }),
            cancellationToken)).ToList();
        var items = rows.Take(limit).ToList();
        return TypedResults.Ok(new Page<RepositoryResponse>(items, rows.Count > limit ? items[^1].Id.ToString() : null));
    }

    private static class Sql
    {
        // Ids are made in the order of time, so that they are the order and the key of the page at once.
        public const string List = $"""
            SELECT {RepositoryResponse.Columns} FROM repositories {RepositoryResponse.Latest}
            WHERE (repositories.disconnected_at IS NOT NULL) = @disconnected::boolean
              AND (@after::uuid IS NULL OR repositories.id < @after::uuid)
              AND (@q::text IS NULL
                OR strpos(lower(repositories.name), lower(@q::text)) > 0
                OR strpos(lower(repositories.location), lower(@q::text)) > 0)
            ORDER BY repositories.id DESC
            LIMIT @take::integer
            """;
    }
}
