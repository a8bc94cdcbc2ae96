using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDevOps.Server.Features.SignIn;

/// <summary>Why somebody is not signed in with GitHub, in words, and how they go on.</summary>
/// <param name="Again">What the button says that goes to GitHub again; null for none.</param>
public sealed record GitHubTrouble(int Status, string Icon, string Title, string Text, string? Again)
{
    private const string TryAgain = "Sign in with GitHub again";

    /// <summary>Says the same of a state that is missing, unknown, used, too old or another browser's.</summary>
    public static readonly GitHubTrouble StartAgain = new(
        StatusCodes.Status400BadRequest, "alert", "Start again",
        "This sign-in cannot be finished: it works once, for ten minutes, in the browser in which it was begun. Nobody was signed in.", TryAgain);

    public static readonly GitHubTrouble NotAllowed = new(
        StatusCodes.Status403Forbidden, "lock", "You did not allow it",
        "GitHub was told not to let AutoDevOps in, so nobody was signed in and nothing was stored. You can change your mind at any time.", TryAgain);

    public static readonly GitHubTrouble Refused = new(
        StatusCodes.Status502BadGateway, "alert", "GitHub refused",
        "GitHub did not accept how this installation asked. Trying again will not help before whoever runs it has looked: the log says why.", null);

    public static readonly GitHubTrouble Unavailable = new(
        StatusCodes.Status503ServiceUnavailable, "clock", "GitHub does not answer",
        "GitHub cannot be reached, is slow, or has trouble of its own. Nobody was signed in and nothing was stored. Try again in a minute.", TryAgain);

    public static readonly GitHubTrouble Malformed = new(
        StatusCodes.Status502BadGateway, "alert", "GitHub answered something else",
        "What GitHub answered is not what its documentation says. Nobody was signed in and nothing was stored. The log has it; trying again is safe.", TryAgain);

    public static readonly GitHubTrouble BelongsToAnother = new(
        StatusCodes.Status409Conflict, "alert", "That account is somebody else's",
        "The GitHub account belongs to another person of this installation already, so it was not put beside yours. Sign in to another account at GitHub, and start again.", TryAgain);

    public static readonly GitHubTrouble Closed = new(
        StatusCodes.Status403Forbidden, "lock", "This installation is one person's",
        "It runs on somebody's machine and lets nobody else in. If it is yours: sign in with the link from its terminal first, then put your GitHub account beside it in the settings.", null);

    public static readonly GitHubTrouble Confirm = new(
        StatusCodes.Status200OK, "question", "Continue to GitHub?",
        "You are signed in here already, and another site sent you. Continue only if you want to sign in with the GitHub account that this browser is signed in to.", "Continue to GitHub");

    /// <param name="returnTo">A path of this site, for after the next try.</param>
    public static RazorComponentResult<GitHubTroublePage> Page(GitHubTrouble trouble, string returnTo) =>
        new(new Dictionary<string, object?>(StringComparer.Ordinal) { [nameof(GitHubTroublePage.Trouble)] = trouble, [nameof(GitHubTroublePage.ReturnTo)] = returnTo })
        {
            StatusCode = trouble.Status,
        };
}
