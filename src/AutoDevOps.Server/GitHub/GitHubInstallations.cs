using System.Text.Json;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Security;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.GitHub;

/// <summary>Which installation of the GitHub App reaches what, as GitHub says.</summary>
/// <remarks>Source: https://docs.github.com/en/rest/apps/installations</remarks>
internal sealed class GitHubInstallations(Db db, GitHubClient client, GitHubAccess access, GitHubApp app, IOptions<GitHubOptions> options)
{
    /// <summary>The installation, and which repositories of it the person may write to; null when they do not reach it.</summary>
    /// <exception cref="GitHubException">GitHub was not asked, or did not answer.</exception>
    public Task<(Installation Installation, IReadOnlyList<long> Writable)?> FindAsync(CurrentUser user, long id, CancellationToken cancellationToken) =>
        access.ForPersonAsync<(Installation, IReadOnlyList<long>)?>(
            user,
            async token =>
            {
                await foreach (var installation in client.ListAsync<Installation>(token, "user/installations", "installations", cancellationToken))
                {
                    if (installation.Id == id && (installation.AppId is null || installation.AppId == options.Value.AppId))
                    {
                        return (installation, await WritableAsync(token, id, cancellationToken));
                    }
                }

                return null;
            },
            cancellationToken);

    /// <summary>The installation among those of the organization that reaches the repository; null: there is none.</summary>
    /// <param name="repository">As GitHub described it to somebody who may write to it: nobody gets by an installation what they have not.</param>
    /// <exception cref="GitHubException">GitHub did not answer.</exception>
    public async Task<long?> ReachingAsync(Caller caller, Guid organizationId, GitHubRepositoryAnswer repository, CancellationToken cancellationToken)
    {
        if (!options.Value.HasApp || !repository.MayPush)
        {
            return null;
        }

        var known = await db.QueryAsync<long>(caller, Sql.OfAccount, new { organizationId, account = repository.Owner.Id }, cancellationToken);
        if (known.Count == 0)
        {
            return null;
        }

        return await OfRepositoryAsync(repository, cancellationToken) is { } found && known.Contains(found) ? found : null;
    }

    /// <summary>Whether the installation reaches the repository now.</summary>
    /// <exception cref="GitHubException">GitHub did not answer.</exception>
    public async Task<bool> ReachesAsync(long installation, GitHubRepositoryAnswer repository, CancellationToken cancellationToken) =>
        await OfRepositoryAsync(repository, cancellationToken) == installation;

    /// <summary>The installation as it is now; null: it was removed.</summary>
    /// <exception cref="GitHubException">GitHub did not answer.</exception>
    public async Task<Installation?> ReadAsync(long id, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetAsync<Installation>(app.Token(), GitHubPath.Of($"app/installations/{id}"), cancellationToken);
        }
        catch (GitHubException exception) when (exception.Failure == GitHubFailure.NotFound)
        {
            return null;
        }
    }

    private async Task<long?> OfRepositoryAsync(GitHubRepositoryAnswer repository, CancellationToken cancellationToken)
    {
        try
        {
            return (await client.GetAsync<Id>(app.Token(), GitHubPath.Repository(repository.FullName) + "/installation", cancellationToken)).Value;
        }
        catch (GitHubException exception) when (exception.Failure == GitHubFailure.NotFound)
        {
            // It was installed for other repositories of the account, or nowhere there.
            return null;
        }
    }

    private async Task<IReadOnlyList<long>> WritableAsync(GitHubToken token, long id, CancellationToken cancellationToken)
    {
        List<long> found = [];
        await foreach (var repository in client.ListAsync<GitHubRepositoryAnswer>(
            token, GitHubPath.Of($"user/installations/{id}/repositories"), "repositories", cancellationToken))
        {
            if (repository.MayPush)
            {
                found.Add(repository.Id);
            }
        }

        return found;
    }

    /// <param name="RepositorySelection"><c>all</c> or <c>selected</c>.</param>
    /// <param name="Permissions">What the account's owner allowed, as GitHub wrote it.</param>
    public sealed record Installation(
        long Id, GitHubOwner Account, string RepositorySelection, JsonElement Permissions, DateTimeOffset? SuspendedAt = null, long? AppId = null);

    private sealed record Id([property: System.Text.Json.Serialization.JsonPropertyName("id")] long Value);

    private static class Sql
    {
        public const string OfAccount = """
            SELECT installation_id FROM github_installations
            WHERE organization_id = @organizationId::uuid AND account_id = @account AND suspended_at IS NULL AND removed_at IS NULL
            """;
    }
}
