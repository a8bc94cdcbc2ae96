using System.Globalization;
using AutoDevOps.Server.Git;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Says to people why a git repository cannot be read, and whether trying again could help.</summary>
internal static class GitMessages
{
    public static RepositoryUnreadableException Unreadable(GitException exception, Uri address, string? reference, RepositoryOptions options)
    {
        var host = address.IsDefaultPort ? address.IdnHost : $"{address.IdnHost}:{address.Port}";
        var (message, isFinal) = exception.Failure switch
        {
            GitFailure.NameNotFound => ($"The name {address.IdnHost} was not found.", false),
            GitFailure.Unreachable => ($"Nothing answers at {host}.", false),
            GitFailure.ForbiddenNetwork => (Forbidden(address, options), true),
            GitFailure.Certificate => ($"The certificate of {host} is not accepted: {exception.Detail}.", true),
            GitFailure.Tls => ($"No encrypted connection with {host} came about.", false),
            GitFailure.NotFound => ($"{host} has no repository at this address, or it is private: only public ones can be fetched.", true),
            GitFailure.Redirect => ($"{host} does not have the repository itself: {exception.Detail}, which is not followed.", true),
            GitFailure.ServerError => ($"{host} has a problem of its own, or had too many requests.", false),
            GitFailure.NotGit => ($"{host} answers, but not as a git server does. Give the address that git clone takes.", true),
            GitFailure.Empty => (Empty(exception.Detail), true),
            GitFailure.RefNotFound => (reference is null ? "The repository's default branch leads to no commit." : $"The repository has no branch, tag or commit {reference}. A commit needs all its 40 digits.", true),
            GitFailure.Unsupported => ($"{host} cannot be fetched from: {exception.Detail}.", true),
            GitFailure.TooLarge => ($"The repository has more than is fetched here: Repositories:MaxFetchBytes is {Size(options.MaxFetchBytes)}.", true),
            GitFailure.TimedOut => ($"{host} stopped answering.", false),
            GitFailure.Interrupted => ($"The connection with {host} broke off.", false),
            GitFailure.Damaged => ($"What {host} sent is damaged.", false),
            _ => ("What was fetched cannot be kept: the disk of this worker is full, or may not be written to.", false),
        };
        return new RepositoryUnreadableException(message, isFinal, exception);
    }

    private static string Forbidden(Uri address, RepositoryOptions options) =>
        options.AllowPrivateNetworks
            ? $"{address.IdnHost} is an address that nothing is fetched from."
            : $"{address.IdnHost} lies in a private network, which this installation does not allow (Repositories:AllowPrivateNetworks).";

    private static string Empty(string? branch) =>
        branch is null ? "The repository has no commits yet." : $"The repository's default branch {branch} has no commits yet.";

    private static string Size(long bytes) => bytes >= 1 << 30
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 30):0.#} GiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 20):0.#} MiB");
}
