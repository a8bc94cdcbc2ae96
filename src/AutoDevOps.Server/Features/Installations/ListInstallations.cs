using AutoDevOps.Server.Data;
using AutoDevOps.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDevOps.Server.Features.Installations;

/// <summary>Lists the installations of the GitHub App that the caller's organizations have.</summary>
public static class ListInstallations
{
    /// <param name="Account">Whose repositories it reaches.</param>
    /// <param name="RepositorySelection"><c>all</c> of the account, or <c>selected</c> ones.</param>
    /// <param name="SuspendedAt">Set: it reaches nothing until the account's owner lifts that.</param>
    /// <param name="RemovedAt">Set: it was uninstalled on GitHub.</param>
    /// <param name="Repositories">How many connected repositories it serves.</param>
    public sealed record Item(
        Guid OrganizationId, string Organization, long InstallationId, string Account, string AccountType, string RepositorySelection, DateTime? SuspendedAt,
        DateTime? RemovedAt, int Repositories, bool MayManage);

    public sealed record Response(IReadOnlyList<Item> Items);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/github/installations", HandleAsync).WithName(nameof(ListInstallations)).WithTags("github").WithEntityTag();

    internal static async Task<Ok<Response>> HandleAsync(CurrentUser user, Db db, CancellationToken cancellationToken) =>
        TypedResults.Ok(new Response(await ReadAsync(user, db, cancellationToken)));

    internal static Task<IReadOnlyList<Item>> ReadAsync(CurrentUser user, Db db, CancellationToken cancellationToken) =>
        db.QueryAsync<Item>(user.Caller, Sql.List, null, cancellationToken);

    private static class Sql
    {
        public const string List = """
            SELECT installation.organization_id AS "OrganizationId", organization.name AS "Organization", installation.installation_id AS "InstallationId",
                   installation.account_login AS "Account", installation.account_type AS "AccountType",
                   installation.repository_selection AS "RepositorySelection", installation.suspended_at AS "SuspendedAt", installation.removed_at AS "RemovedAt",
                   (SELECT count(*)::integer FROM repositories AS repository
                    WHERE repository.organization_id = installation.organization_id AND repository.installation_id = installation.installation_id
                      AND repository.disconnected_at IS NULL) AS "Repositories",
                   installation.organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('admin'))) AS "MayManage"
            FROM github_installations AS installation JOIN organizations AS organization ON organization.id = installation.organization_id
            ORDER BY organization.name, installation.account_login, installation.installation_id LIMIT 500
            """;
    }
}
