using System.ComponentModel.DataAnnotations;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDevOps.Server.Features.Analyses;

/// <summary>Lists what an analysis found, the worst first.</summary>
public static class ListFindings
{
    private const int MaxLimit = 500;
    private const int MaxWord = 500;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/analysis/{analysisId:guid}/findings", HandleAsync).WithName(nameof(ListFindings)).WithTags("findings").WithEntityTag();

    /// <param name="state"><c>new</c>, <c>existing</c>, <c>fixed</c>, <c>suppressed</c> or <c>all</c>; else those that are open: new and existing.</param>
    /// <param name="path">A part of the path, in any case.</param>
    /// <param name="rule">A rule's id or name.</param>
    /// <param name="after">The <c>next</c> of the page before.</param>
    internal static async Task<Results<Ok<Page<FindingResponse>>, NotFound, ProblemHttpResult>> HandleAsync(
        Guid analysisId, CurrentUser user, Db db, CancellationToken cancellationToken,
        string? category = null, string? severity = null, string? state = null, [StringLength(MaxWord)] string? path = null,
        [StringLength(MaxWord)] string? rule = null, string? after = null, [Range(1, MaxLimit)] int limit = 100)
    {
        var filter = FindingFilter.Of(category, severity, state, path, rule);
        if ((filter.Error() ?? FindingCursor.Error(after)) is { } error)
        {
            return TypedResults.Problem(error, statusCode: StatusCodes.Status400BadRequest);
        }

        var rows = await db.InTransactionAsync(
            user.Caller,
            async connection => await ReadAnalysis.ExistsAsync(connection, analysisId, cancellationToken)
                ? await ReadAnalysis.PageAsync(connection, analysisId, filter, FindingCursor.Parse(after), limit + 1, cancellationToken)
                : null,
            cancellationToken);
        return rows is null ? TypedResults.NotFound() : TypedResults.Ok(Page(rows, limit));
    }

    /// <param name="rows">One more than the limit, if there are more.</param>
    internal static Page<FindingResponse> Page(List<FindingRow> rows, int limit) => new(
        [.. rows.Take(limit).Select(FindingResponse.Of)],
        rows.Count > limit ? new FindingCursor(rows[limit - 1].Rank, rows[limit - 1].Id).ToString() : null);
}
