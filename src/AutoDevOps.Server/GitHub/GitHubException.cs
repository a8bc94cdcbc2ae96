using AutoDevOps.Server.Jobs;

namespace AutoDevOps.Server.GitHub;

/// <summary>Why GitHub did not do what it was asked.</summary>
public enum GitHubFailure
{
    /// <summary>The token is no longer good (401): its person must sign in again.</summary>
    Unauthorized,

    /// <summary>The token does not allow it (403).</summary>
    Forbidden,

    /// <summary>It is not there, or not to be seen with this token (404, 410).</summary>
    NotFound,

    /// <summary>The name leads to another repository than the one that was meant.</summary>
    Moved,

    /// <summary>GitHub has taken it down (451), or blocked it.</summary>
    Blocked,

    /// <summary>The repository is empty (409 of the git database), or the other side changed at the same moment.</summary>
    Conflict,

    /// <summary>The request was understood and refused (400, 422).</summary>
    Rejected,

    /// <summary>Not before a time that GitHub said.</summary>
    RateLimited,

    /// <summary>It did not answer, or with an error of its own (5xx): later it may.</summary>
    Unavailable,

    /// <summary>The answer is not what its documentation says.</summary>
    Malformed,

    /// <summary>The answer is larger than what is read.</summary>
    TooLarge,
}

/// <summary>GitHub did not do what it was asked.</summary>
/// <param name="message">For people: no token, no address with one.</param>
/// <param name="retryAt">For <see cref="GitHubFailure.RateLimited"/>: not before.</param>
public sealed class GitHubException(GitHubFailure failure, string message, DateTimeOffset? retryAt = null, Exception? inner = null)
    : JobFailedException("github_" + System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(failure.ToString()), message, inner)
{
    public GitHubFailure Failure => failure;

    public DateTimeOffset? RetryAt => retryAt;

    /// <summary>There was no token to ask with: what was asked for has nothing to do with it.</summary>
    public bool IsOfToken { get; init; }

    /// <inheritdoc/>
    public override DateTimeOffset? NotBefore => failure == GitHubFailure.RateLimited ? retryAt : null;

    /// <inheritdoc/>
    public override bool IsFinal => failure is not (GitHubFailure.RateLimited or GitHubFailure.Unavailable or GitHubFailure.Conflict);

    /// <summary>What a job makes of it: waits until GitHub allows it, ends, or (null) is tried again like any other failure.</summary>
    /// <param name="write">What to note when it ends for good.</param>
    public JobOutcome? ToOutcome(TimeProvider time, Func<Npgsql.NpgsqlConnection, Task>? write = null)
    {
        if (failure == GitHubFailure.RateLimited)
        {
            var wait = (retryAt ?? time.GetUtcNow().AddMinutes(1)) - time.GetUtcNow();
            return JobOutcome.Snooze(wait < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : wait, Message);
        }

        return IsFinal ? JobOutcome.Fail(Message, write) : null;
    }
}
