using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Security;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Features.Installations;

/// <summary>Writes which installations of the GitHub App an organization has, and which of its repositories they serve.</summary>
internal sealed class InstallationWriter(Db db, JobQueue jobs)
{
    /// <summary>Adds it, or again, and has it serve the organization's repositories that the person may write to.</summary>
    /// <param name="writable">GitHub's ids of repositories in it.</param>
    /// <returns>False when the person does not manage the organization.</returns>
    public Task<bool> AddAsync(
        CurrentUser user, Guid organizationId, GitHubInstallations.Installation installation, IReadOnlyList<long> writable, CancellationToken cancellationToken) =>
        db.InTransactionAsync(
            user.Caller,
            async connection =>
            {
                if (!await connection.ExecuteScalarAsync<bool>(Sql.Manages, new { organizationId }))
                {
                    return false;
                }

                await connection.ExecuteAsync(Sql.Upsert, new
                {
                    organizationId,
                    installation.Id,
                    accountId = installation.Account.Id,
                    login = installation.Account.Login,
                    type = installation.Account.Type,
                    selection = installation.RepositorySelection,
                    permissions = installation.Permissions.GetRawText(),
                    suspendedAt = installation.SuspendedAt,
                    userId = user.Id,
                });
                var served = (await connection.QueryAsync<Guid>(Sql.Attach, new { organizationId, installation.Id, writable = writable.ToArray() })).AsList();
                foreach (var repository in served)
                {
                    // The App tells of it from now on: a hook of its own would tell everything twice.
                    await GitHubRows.HookAsync(connection, jobs, organizationId, user.Id, repository, isWanted: false);
                }

                await AuditAsync(connection, organizationId, "github.installed", installation.Id, installation.Account.Login);
                return true;
            },
            cancellationToken);

    /// <summary>Forgets it: what it served is reached by the tokens of those who connected it, and gets hooks of its own. On GitHub it stays.</summary>
    /// <returns>Whether there was one; null when the person does not see the organization, or does not manage it.</returns>
    public Task<(bool IsVisible, bool MayManage, bool WasThere)> RemoveAsync(CurrentUser user, Guid organizationId, long installation, CancellationToken cancellationToken) =>
        db.InTransactionAsync(
            user.Caller,
            async connection =>
            {
                var isVisible = await connection.ExecuteScalarAsync<bool>(Sql.IsVisible, new { organizationId });
                if (!isVisible || !await connection.ExecuteScalarAsync<bool>(Sql.Manages, new { organizationId }))
                {
                    return (isVisible, false, false);
                }

                if (await connection.ExecuteScalarAsync<string?>(Sql.Delete, new { organizationId, installation }) is not { } login)
                {
                    return (true, true, false);
                }

                foreach (var (id, isConnected) in (await connection.QueryAsync<(Guid, bool)>(Sql.Detach, new { organizationId, installation })).AsList())
                {
                    if (isConnected)
                    {
                        await GitHubRows.HookAsync(connection, jobs, organizationId, user.Id, id, isWanted: true);
                    }
                }

                await AuditAsync(connection, organizationId, "github.unlinked", installation, login);
                return (true, true, true);
            },
            cancellationToken);

    private static Task<int> AuditAsync(NpgsqlConnection connection, Guid organizationId, string action, long installation, string account) =>
        connection.ExecuteAsync(Sql.Audit, new
        {
            organizationId,
            action,
            target = installation.ToString(System.Globalization.CultureInfo.InvariantCulture),
            detail = StoredJson.Write(new { account }),
        });

    private static class Sql
    {
        public const string IsVisible = "SELECT EXISTS (SELECT FROM organizations WHERE id = @organizationId::uuid)";

        public const string Manages = "SELECT @organizationId::uuid = ANY (ARRAY(SELECT app.organizations_of_caller('admin')))";

        public const string Upsert = """
            INSERT INTO github_installations (organization_id, installation_id, account_id, account_login, account_type, repository_selection, permissions, suspended_at, created_by)
            VALUES (@organizationId, @Id, @accountId, @login, @type, @selection, @permissions::jsonb, @suspendedAt::timestamptz, @userId)
            ON CONFLICT (organization_id, installation_id) DO UPDATE
                SET account_login = excluded.account_login, repository_selection = excluded.repository_selection, permissions = excluded.permissions,
                    suspended_at = excluded.suspended_at, removed_at = NULL
            """;

        public const string Attach = """
            UPDATE repositories SET installation_id = @Id
            WHERE organization_id = @organizationId::uuid AND source = 'github' AND github_id = ANY (@writable) AND installation_id IS DISTINCT FROM @Id
            RETURNING id
            """;

        public const string Delete = """
            DELETE FROM github_installations WHERE organization_id = @organizationId::uuid AND installation_id = @installation RETURNING account_login
            """;

        public const string Detach = """
            UPDATE repositories SET installation_id = NULL
            WHERE organization_id = @organizationId::uuid AND installation_id = @installation RETURNING id, disconnected_at IS NULL
            """;

        public const string Audit = "SELECT app.write_audit(@organizationId::uuid, @action, @target, @detail::jsonb)";
    }
}
