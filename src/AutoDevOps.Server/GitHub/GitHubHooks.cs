namespace AutoDevOps.Server.GitHub;

/// <summary>The hook of ours in a repository on GitHub, known by its address.</summary>
/// <remarks>Source: https://docs.github.com/en/rest/repos/webhooks</remarks>
internal sealed class GitHubHooks(GitHubClient client)
{
    // What a repository's own hook can tell; the events of organizations and installations come by the GitHub App alone.
    private static readonly string[] Events = ["push", "pull_request", "repository", "member"];

    /// <summary>Makes the hook, or takes over the one that has this address already: however often it runs, there is one.</summary>
    /// <param name="repository"><c>owner/name</c>.</param>
    /// <param name="address">Where deliveries are sent.</param>
    /// <param name="secret">What they are signed with from now on.</param>
    /// <returns>GitHub's id of it.</returns>
    /// <exception cref="GitHubException">It was not made.</exception>
    public async Task<long> EnsureAsync(GitHubToken token, string repository, Uri address, string secret, CancellationToken cancellationToken)
    {
        var path = Path(repository);
        if (await FindAsync(token, repository, address, cancellationToken) is { } known)
        {
            return await UpdateAsync(token, path, known, address, secret, cancellationToken);
        }

        try
        {
            return (await client.SendAsync<Hook>(token, HttpMethod.Post, path, Body(address, secret, "web"), cancellationToken)).Id;
        }
        catch (GitHubException exception) when (exception.Failure == GitHubFailure.Rejected)
        {
            // Another process may have made it in between: GitHub takes an address once.
            if (await FindAsync(token, repository, address, cancellationToken) is { } made)
            {
                return await UpdateAsync(token, path, made, address, secret, cancellationToken);
            }

            throw;
        }
    }

    /// <summary>Removes the hook; that there is none is as good.</summary>
    /// <param name="hook">GitHub's id; null: it is looked for by its address.</param>
    /// <exception cref="GitHubException">It may still be there.</exception>
    public async Task RemoveAsync(GitHubToken token, string repository, long? hook, Uri address, CancellationToken cancellationToken)
    {
        try
        {
            if ((hook ?? await FindAsync(token, repository, address, cancellationToken)) is { } id)
            {
                await client.SendAsync(token, HttpMethod.Delete, $"{Path(repository)}/{GitHubPath.Of($"{id}")}", null, cancellationToken);
            }
        }
        catch (GitHubException exception) when (exception.Failure == GitHubFailure.NotFound)
        {
            // Somebody was faster, or the repository itself is gone.
        }
    }

    private async Task<long?> FindAsync(GitHubToken token, string repository, Uri address, CancellationToken cancellationToken)
    {
        await foreach (var hook in client.ListAsync<Hook>(token, Path(repository), null, cancellationToken))
        {
            if (string.Equals(hook.Config?.Url, address.AbsoluteUri, StringComparison.OrdinalIgnoreCase))
            {
                return hook.Id;
            }
        }

        return null;
    }

    private async Task<long> UpdateAsync(GitHubToken token, string path, long hook, Uri address, string secret, CancellationToken cancellationToken) =>
        (await client.SendAsync<Hook>(token, HttpMethod.Patch, $"{path}/{GitHubPath.Of($"{hook}")}", Body(address, secret), cancellationToken)).Id;

    private static string Path(string repository) => GitHubPath.Repository(repository) + "/hooks";

    /// <param name="name">What kind it is, said once; null, which is not written, when it is changed.</param>
    private static object Body(Uri address, string secret, string? name = null) => new
    {
        name,
        active = true,
        events = Events,
        config = new { url = address.AbsoluteUri, content_type = "json", secret, insecure_ssl = "0" },
    };

    private sealed record Hook(long Id, Config? Config = null);

    private sealed record Config(string? Url = null);
}
