using AutoDevOps.Server.GitHub;

namespace AutoDevOps.Server.Features;

/// <summary>What it means to whoever asked us that GitHub did not answer us.</summary>
internal static class GitHubRefusal
{
    public const string NotSetUp = "This installation is not set up for GitHub: whoever runs it must set GitHub:ClientId and its secret.";

    /// <summary>The status of our answer. Never 401, which would say that our own session is over.</summary>
    public static int StatusOf(GitHubException exception) => exception.Failure switch
    {
        GitHubFailure.Unauthorized or GitHubFailure.Forbidden => StatusCodes.Status403Forbidden,
        GitHubFailure.NotFound => StatusCodes.Status404NotFound,
        GitHubFailure.Blocked => StatusCodes.Status451UnavailableForLegalReasons,
        GitHubFailure.Conflict or GitHubFailure.Moved => StatusCodes.Status409Conflict,
        GitHubFailure.Rejected => StatusCodes.Status422UnprocessableEntity,
        GitHubFailure.RateLimited or GitHubFailure.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status502BadGateway,
    };

    /// <summary>In how many seconds it is worth asking again.</summary>
    public static int RetryAfter(GitHubException exception, DateTimeOffset now) =>
        exception.RetryAt is { } at ? Math.Clamp((int)Math.Ceiling((at - now).TotalSeconds), 1, 86_400) : 30;
}
