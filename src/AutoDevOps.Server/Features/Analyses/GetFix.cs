using AutoDevOps.Analyzer.Rules;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDevOps.Server.Features.Analyses;

/// <summary>Shows the fix of a finding: what a program can apply without asking anybody.</summary>
public static class GetFix
{
    /// <param name="Diff">For <c>git apply</c>; null when the file holds a secret, whose surroundings are not kept, or is not plain UTF-8 text.</param>
    /// <param name="Edits">The same, line by line.</param>
    public sealed record Response(Guid FindingId, string Description, string Path, string? Diff, IReadOnlyList<Edit> Edits);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/findings/{findingId:guid}/fix", HandleAsync).WithName(nameof(GetFix)).WithTags("findings").WithEntityTag();

    internal static async Task<Results<Ok<Response>, NotFound, ProblemHttpResult>> HandleAsync(
        Guid findingId, CurrentUser user, Db db, CancellationToken cancellationToken)
    {
        if (await ReadFinding.ReadAsync(db, user, findingId, cancellationToken) is not { Finding: var finding })
        {
            return TypedResults.NotFound();
        }

        return finding.Patch is { } fix
            ? TypedResults.Ok(new Response(findingId, fix.Description, fix.Path, fix.Diff, fix.Edits ?? []))
            : TypedResults.Problem(
                $"This finding of {finding.RuleId} {finding.RuleName} has no fix that a program can apply. Its rule says what to do.", statusCode: StatusCodes.Status404NotFound);
    }
}
