using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Analyses;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDevOps.Server.Features.Proposals;

/// <summary>Opens a pull request with the fix of a finding, and with those of the same rule in the same file; or brings the one that is open
/// up to date.</summary>
public static class ProposeFix
{
    /// <param name="Branch">That it comes from: one for each rule and file.</param>
    public sealed record Response(Guid ProposalId, Guid JobId, string Branch);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/findings/{findingId:guid}/pull-request", HandleAsync).WithName(nameof(ProposeFix)).WithTags("findings");

    public static void MapForm(IEndpointRouteBuilder forms) => forms.MapPost("/findings/{findingId:guid}/pull-request", SubmitAsync);

    internal static async Task<Results<Accepted<Response>, NotFound, ProblemHttpResult>> HandleAsync(
        Guid findingId, CurrentUser user, Db db, JobQueue jobs, CancellationToken cancellationToken)
    {
        var (answer, problem) = await AskAsync(findingId, user, db, jobs, cancellationToken);
        return answer is not null ? TypedResults.Accepted($"/api/v1/findings/{findingId}", new Response(answer.ProposalId, answer.JobId, answer.Branch))
            : problem is not null ? problem
            : TypedResults.NotFound();
    }

    internal static async Task<IResult> SubmitAsync(Guid findingId, CurrentUser user, Db db, JobQueue jobs, CancellationToken cancellationToken)
    {
        var (answer, problem) = await AskAsync(findingId, user, db, jobs, cancellationToken);
        return answer is not null ? new SeeOther($"/findings/{findingId}") : problem is not null ? problem : TypedResults.NotFound();
    }

    /// <summary>Why there is nothing to propose for this finding, whatever the repository; null when nothing speaks against it.</summary>
    internal static string? Reason(FindingRow finding, int? pullRequest) =>
        finding.State == "fixed" ? "This finding is fixed: there is nothing left to propose."
        : finding.Patch is not { Edits.Count: > 0 } ? "This finding has no fix that a program can apply. Its rule says what to do."
        : pullRequest is { } number ? $"This finding is of pull request {number}, and not of the default branch: mend it there."
        : null;

    /// <summary>The branch of a finding that has a fix.</summary>
    internal static string Branch(FindingRow finding) => ProposalBranch.OfFix(finding.RuleName, finding.Patch?.Path ?? finding.Path);

    private static Task<(AskForPullRequest.Response? Answer, ProblemHttpResult? Problem)> AskAsync(
        Guid findingId, CurrentUser user, Db db, JobQueue jobs, CancellationToken cancellationToken) =>
        db.InTransactionAsync<(AskForPullRequest.Response?, ProblemHttpResult?)>(
            user.Caller,
            async connection =>
            {
                if (await ReadFinding.FindAsync(connection, findingId, cancellationToken) is not { } found)
                {
                    return (null, null);
                }

                if (!found.About.MayWrite)
                {
                    return (null, AskForPullRequest.NotAllowed());
                }

                var finding = found.Finding;
                return found.CannotPropose is { } reason
                    ? (null, TypedResults.Problem(reason, statusCode: StatusCodes.Status409Conflict))
                    : await AskForPullRequest.QueueAsync(
                        connection, jobs, user.Id, new(found.About.OrganizationId, finding.RepositoryId, "fix", findingId, Branch(finding)));
            },
            cancellationToken);
}
