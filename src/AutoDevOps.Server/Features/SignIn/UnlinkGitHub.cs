using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Organizations;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Security;
using AutoDevOps.Server.Ui;
using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Features.SignIn;

/// <summary>Takes back what somebody allowed AutoDevOps on GitHub: the token goes here in any case, and GitHub is asked to end it. Their repositories stay
/// connected, and are not read with it any more; what they are a member of by GitHub ends. Signing in with GitHub links it again.</summary>
public static class UnlinkGitHub
{
    /// <param name="EndedOnGithub">Whether GitHub ended the token; if not, it can be ended in the settings there.</param>
    public sealed record Response(bool EndedOnGithub);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapDelete("/github/account", HandleAsync).WithName(nameof(UnlinkGitHub)).WithTags("github");

    public static void MapForm(IEndpointRouteBuilder forms) => forms.MapPost("/settings/organizations/unlink", SubmitAsync);

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> HandleAsync(
        CurrentUser user, Db db, Sealer sealer, GitHubOAuth oauth, IOptions<GitHubOptions> options, CancellationToken cancellationToken)
    {
        if (user.SessionId is null)
        {
            return TypedResults.Problem("Sign in with a browser: an API token speaks for one organization only.", statusCode: StatusCodes.Status403Forbidden);
        }

        // First here: whatever GitHub does, nothing of it is left.
        var row = await db.InTransactionAsync(user.Caller, connection => connection.QuerySingleOrDefaultAsync<Row>(Sql.Unlink), cancellationToken);
        return TypedResults.Ok(new Response(
            row is null || (options.Value.IsOn && sealer.TryOpen(row.Envelope, GitHubAccess.TokenPurpose, row.Id) is { } token && await oauth.TryRevokeAsync(token, CancellationToken.None))));
    }

    internal static async Task<IResult> SubmitAsync(
        CurrentUser user, Db db, Sealer sealer, GitHubOAuth oauth, IOptions<GitHubOptions> options, CancellationToken cancellationToken)
    {
        var answer = await HandleAsync(user, db, sealer, oauth, options, cancellationToken);
        return answer.Result is Ok<Response> { Value: { } done }
            ? new SeeOther(Query.To(OrganizationsPage.Address, ("unlinked", done.EndedOnGithub ? "ended" : "here")))
            : answer.Result;
    }

    private sealed record Row(Guid Id, byte[] Envelope);

    private static class Sql
    {
        public const string Unlink = """
            SELECT id AS "Id", envelope AS "Envelope" FROM app.unlink_github()
            """;
    }
}
