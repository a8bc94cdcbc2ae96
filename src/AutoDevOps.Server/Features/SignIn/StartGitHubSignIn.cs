using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Security;
using AutoDevOps.Server.Ui;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Features.SignIn;

/// <summary>Sends the browser to GitHub, to come back signed in.</summary>
internal static class StartGitHubSignIn
{
    internal const string Address = "/auth/github";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(Address, HandleAsync).AllowAnonymous().ExcludeFromDescription();

    internal static async Task<IResult> HandleAsync(
        HttpContext context, GitHubSignIn signIn, IOptions<GitHubOptions> options, CancellationToken cancellationToken, string? return_to = null)
    {
        if (!options.Value.IsOn)
        {
            return Off();
        }

        var returnTo = LocalAddress.Or(return_to, "/");
        // Else another site could have somebody who is signed in put a GitHub account beside theirs which is not theirs.
        if (context.Features.Get<CurrentUser>() is { SessionId: not null } && !IsOurs(context.Request))
        {
            return GitHubTrouble.Page(GitHubTrouble.Confirm, returnTo);
        }

        return TypedResults.Redirect((await signIn.BeginAsync(context, returnTo, cancellationToken)).AbsoluteUri);
    }

    // Older browsers do not say; from our own pages they name the page (Referrer-Policy: same-origin).
    private static bool IsOurs(HttpRequest request) => request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site
        ? site is "same-origin" or "none"
        : Uri.TryCreate(request.Headers.Referer.ToString(), UriKind.Absolute, out var page) && string.Equals(page.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase);

    internal static ProblemHttpResult Off() => TypedResults.Problem(
        "This installation does not sign people in with GitHub. Whoever runs it can set that up (GitHub:ClientId).", statusCode: StatusCodes.Status404NotFound);
}
