using AutoDevOps.Server.Data;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Security;
using Dapper;

namespace AutoDevOps.Server.Features.Organizations;

/// <summary>Asks GitHub which organizations a person is in, and lets that be so here: who came is in, who left is out, and so is whose memberships GitHub
/// does not say any more.</summary>
internal sealed class GitHubMemberships(GitHubAccess access, GitHubClient client, ProcessIdentity process, Db db)
{
    /// <exception cref="GitHubException">GitHub did not say all of it. If it refused to (403), or takes no token of theirs (401), they are in no organization
    /// by it any more; else nothing changes.</exception>
    public async Task RefreshAsync(CurrentUser user, CancellationToken cancellationToken)
    {
        try
        {
            var memberships = await access.ForPersonAsync(user, token => GitHubPeople.MembershipsAsync(client, token, cancellationToken), cancellationToken);
            await db.InTransactionAsync(
                user.Caller, connection => connection.ExecuteAsync(Sql.Note, new { memberships = StoredJson.Write(memberships) }), cancellationToken);
        }
        catch (GitHubException exception) when (exception.Failure is GitHubFailure.Forbidden or GitHubFailure.Unauthorized)
        {
            // A token that only we cannot use any more says nothing yet: what nobody confirms ends by itself (DailyMembershipSync).
            var isRefused = exception.Failure == GitHubFailure.Forbidden;
            await db.InTransactionAsync(process.Caller, connection => connection.ExecuteAsync(Sql.Refuse, new { user.Id, isRefused }), cancellationToken);
            throw;
        }
    }

    private static class Sql
    {
        public const string Note = "SELECT app.note_github_memberships(@memberships::jsonb)";

        public const string Refuse = "SELECT app.refuse_github_memberships(@Id::uuid, @isRefused)";
    }
}
