using AutoDevOps.Server.Data;
using AutoDevOps.Server.Security;
using Dapper;

namespace AutoDevOps.Server.Features.Organizations;

/// <summary>Reads where somebody is a member, and what GitHub said of them last.</summary>
internal static class ReadOrganizations
{
    /// <param name="IsLinked">Whether a GitHub account belongs to the person.</param>
    /// <param name="HasToken">Whether GitHub can be asked in their name; else they must sign in with it again.</param>
    public sealed record Account(bool IsLinked, bool HasToken);

    public static Task<(OrganizationsResponse Organizations, Account Account)> Async(Db db, CurrentUser user, CancellationToken cancellationToken) =>
        db.ReadAsync(
            user.Caller, $"{Sql.Own};\n{Sql.OnGitHub};\n{Sql.Account}", new { userId = user.Id },
            async results =>
            {
                var organizations = (await results.ReadAsync<OrganizationResponse>()).AsList();
                var onGitHub = (await results.ReadAsync<GitHubOrganizationResponse>()).AsList();
                return (new OrganizationsResponse(organizations, onGitHub), await results.ReadSingleAsync<Account>());
            },
            cancellationToken);

    private static class Sql
    {
        public const string Own = """
            SELECT organizations.id AS "Id", organizations.name AS "Name", member.role AS "Role", member.source AS "Source",
                   organizations.github_id AS "GithubId", organizations.personal_user_id IS NOT DISTINCT FROM member.user_id AS "IsPersonal"
            FROM organizations
            JOIN organization_members AS member ON member.organization_id = organizations.id AND member.user_id = @userId::uuid
            ORDER BY lower(organizations.name), organizations.id
            """;

        public const string OnGitHub = """
            SELECT said.github_id AS "GithubId", said.login AS "Login", said.role AS "Role", organizations.id AS "OrganizationId", said.noted_at AS "NotedAt"
            FROM github_memberships AS said LEFT JOIN organizations ON organizations.github_id = said.github_id
            ORDER BY lower(said.login), said.github_id
            """;

        public const string Account = """
            SELECT EXISTS (SELECT FROM users WHERE id = @userId::uuid AND github_id IS NOT NULL) AS "IsLinked",
                   EXISTS (SELECT FROM github_tokens WHERE user_id = @userId::uuid AND revoked_at IS NULL) AS "HasToken"
            """;
    }
}
