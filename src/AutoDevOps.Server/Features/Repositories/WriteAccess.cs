using AutoDevOps.Server.Data;
using AutoDevOps.Server.GitHub;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Whether somebody here may still write to a repository on GitHub. An installation of the App reads it whatever becomes of them: whom GitHub has
/// locked out must not go on reading it here.</summary>
internal static class WriteAccess
{
    /// <summary>Asks for whoever connected it, and for those who manage the organization here: each could connect it anew. An organization that stands
    /// for the account itself has it by that.</summary>
    /// <param name="token">Of the installation.</param>
    /// <exception cref="GitHubException">GitHub did not say.</exception>
    public static async Task<bool> IsHeldAsync(
        Db db, GitHubClient client, Caller caller, Guid repositoryId, GitHubToken token, GitHubRepositoryAnswer repository, CancellationToken cancellationToken)
    {
        if ((await db.QueryAsync<bool>(caller, Sql.StandsFor, new { repositoryId, account = repository.Owner.Id }, cancellationToken)).Any())
        {
            return true;
        }

        foreach (var (id, login) in await db.QueryAsync<(long, string)>(caller, Sql.People, new { repositoryId }, cancellationToken))
        {
            if (await MayWriteAsync(client, token, repository, id, login, cancellationToken))
            {
                return true;
            }
        }

        return false;
    }

    private static async Task<bool> MayWriteAsync(
        GitHubClient client, GitHubToken token, GitHubRepositoryAnswer repository, long id, string login, CancellationToken cancellationToken)
    {
        try
        {
            var said = await AskAsync(login);
            if (said?.User?.Id != id)
            {
                // The login that they signed in with may be somebody else's by now.
                said = await AskAsync((await client.GetAsync<Account>(token, GitHubPath.Of($"user/{id}"), cancellationToken)).Login);
            }

            return said?.User?.Id == id && said.Level is ("admin" or "write");
        }
        catch (GitHubException exception) when (exception.Failure == GitHubFailure.NotFound)
        {
            // There is no such account any more.
            return false;
        }

        async Task<Permission?> AskAsync(string name)
        {
            try
            {
                return await client.GetAsync<Permission>(
                    token, GitHubPath.Repository(repository.FullName) + GitHubPath.Of($"/collaborators/{name}/permission"), cancellationToken);
            }
            catch (GitHubException exception) when (exception.Failure == GitHubFailure.NotFound)
            {
                return null;
            }
        }
    }

    // Roles between these are counted to the lower one: https://docs.github.com/en/rest/collaborators/collaborators
    private sealed record Permission([property: System.Text.Json.Serialization.JsonPropertyName("permission")] string Level, Account? User = null);

    private sealed record Account(long Id, string Login);

    private static class Sql
    {
        public const string StandsFor = """
            SELECT true FROM organizations JOIN repositories ON repositories.organization_id = organizations.id
            WHERE repositories.id = @repositoryId::uuid AND organizations.github_id = @account::bigint
            """;

        public const string People = """
            SELECT person.github_id, person.login
            FROM repositories AS repository
            JOIN organization_members AS member ON member.organization_id = repository.organization_id
            JOIN users AS person ON person.id = member.user_id AND person.github_id IS NOT NULL
            WHERE repository.id = @repositoryId::uuid AND (member.user_id = repository.connected_by OR member.role IN ('owner', 'admin'))
            ORDER BY member.user_id IS NOT DISTINCT FROM repository.connected_by DESC, member.role = 'owner' DESC, member.user_id
            LIMIT 5
            """;
    }
}
