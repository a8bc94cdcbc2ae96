using System.ComponentModel.DataAnnotations;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Security;
using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace AutoDevOps.Server.Features.Analyses;

/// <summary>Lists the analyses of one repository or of all, the newest first.</summary>
public static class ListAnalyses
{
    private const int MaxLimit = 100;

    /// <param name="State">Its job's: <c>pending</c>, <c>active</c>, <c>processing</c>, <c>retrying</c>, <c>failed</c>, <c>completed</c>,
    /// <c>dead_letter</c> or <c>cancelled</c>; null when the job is no longer kept.</param>
    /// <param name="Failure">Why there is no result.</param>
    /// <param name="Overall">0 to 100; null when nothing was assessed.</param>
    public sealed record Item(
        Guid Id, Guid RepositoryId, string Repository, string Kind, string? Ref, string? CommitSha, bool IsDirty, string? State, string? Failure, int? Overall,
        Guid JobId, Guid? BaselineId, DateTime CreatedAt, DateTime? FinishedAt, int? DurationMs);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/analysis", HandleAsync).WithName(nameof(ListAnalyses)).WithTags("analysis").WithEntityTag();

    /// <param name="repositoryId">Only this repository's.</param>
    /// <param name="before">The <c>next</c> of the page before.</param>
    internal static async Task<Ok<Page<Item>>> HandleAsync(
        CurrentUser user, Db db, CancellationToken cancellationToken,
        [FromQuery(Name = "repository_id")] Guid? repositoryId = null, Guid? before = null, [Range(1, MaxLimit)] int limit = 50)
    {
        var rows = await db.InTransactionAsync(
            user.Caller,
            async connection => (await connection.QueryAsync<Item>(new CommandDefinition(
                Sql.List, new { repositoryId, before, take = limit + 1 }, cancellationToken: cancellationToken))).AsList(),
            cancellationToken);
        return TypedResults.Ok(new Page<Item>([.. rows.Take(limit)], rows.Count > limit ? rows[limit - 1].Id.ToString() : null));
    }

    private static class Sql
    {
        public const string List = """
            SELECT a.id, a.repository_id AS repositoryid, r.name AS repository, a.kind, a.ref, a.commit_sha AS commitsha, a.is_dirty AS isdirty,
                   j.state, a.failure, a.overall::int AS overall,
                   a.job_id AS jobid, a.baseline_id AS baselineid, a.created_at AS createdat, a.finished_at AS finishedat, a.duration_ms AS durationms
            FROM analyses AS a
            JOIN repositories AS r ON r.organization_id = a.organization_id AND r.id = a.repository_id
            LEFT JOIN jobs AS j ON j.organization_id = a.organization_id AND j.id = a.job_id
            WHERE (@repositoryId::uuid IS NULL OR a.repository_id = @repositoryId::uuid) AND (@before::uuid IS NULL OR a.id < @before::uuid)
            ORDER BY a.id DESC LIMIT @take
            """;
    }
}
