using System.ComponentModel.DataAnnotations;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Lists what the signed-in person reaches on GitHub, by name, and what of it is connected already.</summary>
public static class ListGitHubRepositories
{
    /// <summary>How many are read from GitHub. Of more, the others are found by their whole name.</summary>
    public const int MaxRead = 2000;

    /// <summary>How many a page has, which is also how many are connected at once.</summary>
    public const int PageSize = 100;

    /// <param name="Id">GitHub's, which stays when it is renamed.</param>
    /// <param name="Permissions">What the person may do there.</param>
    /// <param name="RepositoryId">Where it is connected in the organization; null: it is not.</param>
    public sealed record Item(long Id, string FullName, string? DefaultBranch, bool IsPrivate, bool Archived, Permissions Permissions, Guid? RepositoryId);

    public sealed record Permissions(bool Admin, bool Push, bool Pull);

    /// <param name="Next">Give it as <c>after</c> to get the next page; null on the last.</param>
    /// <param name="IsCut">There are more than 2,000: search for <c>owner/name</c> to find one of the others.</param>
    public sealed record Response(Guid OrganizationId, IReadOnlyList<Item> Items, string? Next, bool IsCut);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/github/repositories", HandleAsync).WithName(nameof(ListGitHubRepositories)).WithTags("github").WithEntityTag();

    /// <param name="organizationId">Whose connections are shown; may be left out by a member of one organization.</param>
    /// <param name="search">A part of <c>owner/name</c>, in any case.</param>
    /// <param name="after">The <c>next</c> of the page before.</param>
    internal static async Task<Results<Ok<Response>, NotFound, ProblemHttpResult>> HandleAsync(
        CurrentUser user, Db db, GitHubAccess access, GitHubClient client, IOptions<GitHubOptions> options, CancellationToken cancellationToken,
        [Microsoft.AspNetCore.Mvc.FromQuery(Name = "organization_id")] Guid? organizationId = null, [StringLength(200)] string? search = null, [StringLength(200)] string? after = null)
    {
        var organizations = await db.QueryAsync<Guid>(user.Caller, Sql.Organizations, new { organizationId }, cancellationToken);
        return organizations.Count == 0 ? TypedResults.NotFound()
            : organizations.Count > 1 ? TypedResults.Problem("You are a member of several organizations: say which with organization_id.", statusCode: StatusCodes.Status422UnprocessableEntity)
            : !options.Value.IsOn ? TypedResults.Problem(GitHubRefusal.NotSetUp, statusCode: StatusCodes.Status422UnprocessableEntity)
            : TypedResults.Ok(await ReadAsync(user, db, access, client, organizations[0], search, after, cancellationToken));
    }

    /// <exception cref="GitHubException">GitHub did not say.</exception>
    internal static async Task<Response> ReadAsync(
        CurrentUser user, Db db, GitHubAccess access, GitHubClient client, Guid organizationId, string? search, string? after, CancellationToken cancellationToken)
    {
        search = string.IsNullOrWhiteSpace(search) ? null : search.Trim();
        var (all, isCut) = await access.ForPersonAsync(user, token => ReachedAsync(client, token, search, cancellationToken), cancellationToken);
        var found = all
            .Where(repository => search is null || repository.FullName.Contains(search, StringComparison.OrdinalIgnoreCase))
            .Where(repository => after is null || string.Compare(repository.FullName, after, StringComparison.OrdinalIgnoreCase) > 0)
            .OrderBy(repository => repository.FullName, StringComparer.OrdinalIgnoreCase).DistinctBy(repository => repository.Id)
            .Take(PageSize + 1).ToList();
        var shown = found.Take(PageSize).ToList();
        var connected = (await db.QueryAsync<(long GithubId, Guid Id)>(
                user.Caller, Sql.Connected, new { organizationId, ids = shown.Select(repository => repository.Id).ToArray() }, cancellationToken))
            .ToDictionary(row => row.GithubId, row => row.Id);
        return new Response(organizationId, [.. shown.Select(repository => Describe(repository, connected))], found.Count > PageSize ? shown[^1].FullName : null, isCut);
    }

    private static async Task<(List<GitHubRepositoryAnswer> All, bool IsCut)> ReachedAsync(
        GitHubClient client, GitHubToken token, string? search, CancellationToken cancellationToken)
    {
        List<GitHubRepositoryAnswer> all = [];
        await foreach (var repository in client.ListAsync<GitHubRepositoryAnswer>(
            token, "user/repos?sort=full_name&affiliation=owner,collaborator,organization_member", null, cancellationToken))
        {
            if (all.Count == MaxRead)
            {
                return (await AddExactAsync(client, token, search, all, cancellationToken), true);
            }

            all.Add(repository);
        }

        return (await AddExactAsync(client, token, search, all, cancellationToken), false);
    }

    // A public repository of somebody else is in no list of one's own.
    private static async Task<List<GitHubRepositoryAnswer>> AddExactAsync(
        GitHubClient client, GitHubToken token, string? search, List<GitHubRepositoryAnswer> all, CancellationToken cancellationToken)
    {
        if (search is not null && ConnectGitHubRepositories.IsFullName(search) && !all.Exists(repository => string.Equals(repository.FullName, search, StringComparison.OrdinalIgnoreCase)))
        {
            try
            {
                all.Add(await client.GetAsync<GitHubRepositoryAnswer>(token, GitHubPath.Repository(search), cancellationToken));
            }
            catch (GitHubException exception) when (exception.Failure is GitHubFailure.NotFound or GitHubFailure.Forbidden or GitHubFailure.Blocked)
            {
                // Nothing is found, then.
            }
        }

        return all;
    }

    private static Item Describe(GitHubRepositoryAnswer repository, Dictionary<long, Guid> connected) => new(
        repository.Id, repository.FullName, repository.DefaultBranch, repository.Private, repository.Archived,
        new Permissions(repository.Permissions?.Admin ?? false, repository.MayPush, repository.Permissions?.Pull ?? true),
        connected.TryGetValue(repository.Id, out var id) ? id : null);

    private static class Sql
    {
        public const string Organizations =
            "SELECT id FROM organizations WHERE @organizationId::uuid IS NULL OR id = @organizationId::uuid ORDER BY id LIMIT 2";

        public const string Connected = """
            SELECT github_id, id FROM repositories
            WHERE organization_id = @organizationId::uuid AND source = 'github' AND disconnected_at IS NULL AND github_id = ANY (@ids)
            """;
    }
}
