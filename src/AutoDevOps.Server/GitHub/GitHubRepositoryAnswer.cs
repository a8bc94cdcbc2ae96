namespace AutoDevOps.Server.GitHub;

/// <summary>A repository as GitHub describes it.</summary>
/// <param name="Id">Stays when it is renamed or transferred.</param>
/// <param name="FullName"><c>owner/name</c>, as it is called now.</param>
/// <param name="Permissions">Of whoever asked; null where GitHub does not say.</param>
internal sealed record GitHubRepositoryAnswer(
    long Id, string Name, string FullName, bool Private, GitHubOwner Owner, string? DefaultBranch = null, bool Archived = false, GitHubPermissions? Permissions = null)
{
    /// <summary>Whether whoever asked may write to it.</summary>
    public bool MayPush => Permissions is { Push: true } or { Admin: true } or { Maintain: true };

    /// <summary>The repository of a name, if it is the one that is meant: who renames or deletes one leaves its name to anybody.</summary>
    /// <param name="id">Its number; null: it is not known.</param>
    /// <exception cref="GitHubException"><see cref="GitHubFailure.Moved"/>: it is another; or GitHub did not answer.</exception>
    public static async Task<GitHubRepositoryAnswer> ReadAsync(
        GitHubClient client, GitHubToken token, string fullName, long? id, CancellationToken cancellationToken)
    {
        var found = await client.GetAsync<GitHubRepositoryAnswer>(token, GitHubPath.Repository(fullName), cancellationToken);
        return id is null || found.Id == id ? found : throw new GitHubException(
            GitHubFailure.Moved,
            $"{fullName} is another repository on GitHub now: the one that was connected was renamed, moved or deleted. Where it is now is being looked for.");
    }
}

/// <summary>Whose a repository or an installation is.</summary>
/// <param name="Type"><c>User</c> or <c>Organization</c>.</param>
internal sealed record GitHubOwner(long Id, string Login, string Type);

/// <summary>What somebody may do in a repository.</summary>
internal sealed record GitHubPermissions(bool Admin = false, bool Maintain = false, bool Push = false, bool Triage = false, bool Pull = false);
