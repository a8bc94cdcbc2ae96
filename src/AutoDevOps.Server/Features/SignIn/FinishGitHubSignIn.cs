using AutoDevOps.Server.Features.Organizations;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Features.SignIn;

/// <summary>Where GitHub sends the browser back to: signs in whoever allowed it, and tells everybody else how to go on.</summary>
internal static class FinishGitHubSignIn
{
    internal const string Address = "/auth/github/callback";

    // GitHub's own words for it: https://docs.github.com/en/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-authorization-request-errors
    private const string Denied = "access_denied";

    // Whoever signs in waits for it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(Address, HandleAsync).AllowAnonymous().ExcludeFromDescription();

    internal static async Task<IResult> HandleAsync(
        HttpContext context, GitHubSignIn signIn, GitHubMemberships memberships, IOptions<GitHubOptions> options, ILogger<GitHubSignIn> logger, TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (!options.Value.IsOn)
        {
            return StartGitHubSignIn.Off();
        }

        var query = context.Request.Query;
        if (await signIn.TakeAsync(context, query["state"].ToString(), cancellationToken) is not { } taken)
        {
            return GitHubTrouble.Page(GitHubTrouble.StartAgain, "/");
        }

        if (query["error"].ToString() is { Length: > 0 } error)
        {
            if (error == Denied)
            {
                return GitHubTrouble.Page(GitHubTrouble.NotAllowed, taken.ReturnTo);
            }

            logger.LogError("GitHub refused a sign-in ({Error}). Look at the settings of the OAuth app: its id, its callback address, whether it is suspended.", Word(error));
            return GitHubTrouble.Page(GitHubTrouble.Refused, taken.ReturnTo);
        }

        try
        {
            var (account, token) = await signIn.IdentifyAsync(taken, query["code"].ToString(), cancellationToken);
            if (await signIn.CompleteAsync(context, taken, account, token, cancellationToken) is not { } completed)
            {
                return GitHubTrouble.Page(GitHubTrouble.StartAgain, taken.ReturnTo);
            }

            if (completed.Person is not { } person)
            {
                return GitHubTrouble.Page(completed.Outcome == "taken" ? GitHubTrouble.BelongsToAnother : GitHubTrouble.Closed, taken.ReturnTo);
            }

            await NoteMembershipsAsync(new CurrentUser(person, account.Login, IsOperator: false), memberships, logger, time, cancellationToken);
            return new SeeOther(taken.ReturnTo);
        }
        catch (GitHubException exception)
        {
            return Answer(exception, taken.ReturnTo, logger);
        }
    }

    // Signed in is signed in: what is known of the organizations from before stays until GitHub answers again, unless it refused to say them.
    private static async Task NoteMembershipsAsync(
        CurrentUser person, GitHubMemberships memberships, ILogger logger, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await memberships.RefreshAsync(person, either.Token);
        }
        catch (GitHubException exception)
        {
            logger.LogWarning("The GitHub organizations of {User} could not be read when they signed in: {Why}", person.Id, exception.Message);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning("The GitHub organizations of {User} could not be read when they signed in: GitHub took more than {Seconds} s.", person.Id, Patience.TotalSeconds);
        }
    }

    private static RazorComponentResult<GitHubTroublePage> Answer(GitHubException exception, string returnTo, ILogger logger)
    {
        switch (exception.Failure)
        {
            // A code that is wrong, used, too old or another sign-in's.
            case GitHubFailure.Rejected when exception.Message.Contains("bad_verification_code", StringComparison.Ordinal):
                return GitHubTrouble.Page(GitHubTrouble.StartAgain, returnTo);
            case GitHubFailure.Unavailable or GitHubFailure.RateLimited:
                logger.LogWarning("A sign-in with GitHub did not succeed: {Why}", exception.Message);
                return GitHubTrouble.Page(GitHubTrouble.Unavailable, returnTo);
            default:
                logger.LogError(exception, "A sign-in with GitHub did not succeed.");
                return GitHubTrouble.Page(exception.Failure == GitHubFailure.Malformed ? GitHubTrouble.Malformed : GitHubTrouble.Refused, returnTo);
        }
    }

    // The browser brings it, so it may be anything.
    private static string Word(string error) =>
        error.Length <= 64 && error.All(character => char.IsAsciiLetterLower(character) || character == '_') ? error : "an unknown error";
}
