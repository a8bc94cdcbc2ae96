using AutoDevOps.Server.Data;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Security;
using Dapper;

namespace AutoDevOps.Server.Features.Organizations;

/// <summary>Asks GitHub which organizations a person is in, and lets that be so here: who came is in, who left is out.</summary>
internal sealed class GitHubMemberships(GitHubAccess access, GitHubClient client, Db db)
{
    /// <exception cref="GitHubException">GitHub did not say all of it: nothing changes.</exception>
    public async Task RefreshAsync(CurrentUser user, CancellationToken cancellationToken)
    {
        var memberships = await access.ForPersonAsync(user, token => GitHubPeople.MembershipsAsync(client, token, cancellationToken), cancellationToken);
        await db.InTransactionAsync(
            user.Caller, connection => connection.ExecuteAsync(Sql.Note, new { memberships = StoredJson.Write(memberships) }), cancellationToken);
    }

    private static class Sql
    {
        public const string Note = "SELECT app.note_github_memberships(@memberships::jsonb)";
    }
}
