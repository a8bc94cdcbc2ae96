using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json.Serialization;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Security;
using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDevOps.Server.Features.Organizations;

/// <summary>Makes an organization here that stands for one on GitHub, for an owner of that one. Its members are in it as soon as they sign in.</summary>
public static class AddGitHubOrganization
{
    /// <param name="GithubId">Of the organization on GitHub.</param>
    public sealed record Request([property: JsonRequired, Range(1, long.MaxValue)] long GithubId);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/organizations", HandleAsync).WithName(nameof(AddGitHubOrganization)).WithTags("organizations")
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    /// <summary>Adding one, with the field <c>github_id</c>; and asking GitHub again which there are.</summary>
    public static void MapForms(IEndpointRouteBuilder forms)
    {
        forms.MapPost("/settings/organizations/add", AddFormAsync);
        forms.MapPost("/settings/organizations/refresh", RefreshFormAsync);
    }

    internal static async Task<Results<Ok<OrganizationResponse>, Created<OrganizationResponse>, NotFound, ProblemHttpResult>> HandleAsync(
        Request request, CurrentUser user, GitHubMemberships memberships, Db db, CancellationToken cancellationToken)
    {
        if (user.SessionId is null)
        {
            return TypedResults.Problem("An API token is good for the one organization it was made in. Sign in with a browser.", statusCode: StatusCodes.Status403Forbidden);
        }

        // What was so when they signed in may not be so any more.
        await memberships.RefreshAsync(user, cancellationToken);
        var id = Guid.CreateVersion7();
        var made = await db.InTransactionAsync(
            user.Caller, connection => connection.ExecuteScalarAsync<Guid?>(Sql.Create, new { id, githubId = request.GithubId }), cancellationToken);
        var (all, _) = await ReadOrganizations.Async(db, user, cancellationToken);
        if (made is null)
        {
            return all.Github.All(offered => offered.GithubId != request.GithubId)
                ? TypedResults.NotFound()
                : TypedResults.Problem("Only an owner of the organization on GitHub adds it here.", statusCode: StatusCodes.Status403Forbidden);
        }

        var organization = all.Organizations.Single(organization => organization.Id == made);
        return made == id ? TypedResults.Created((string?)null, organization) : TypedResults.Ok(organization);
    }

    internal static async Task<IResult> AddFormAsync(HttpContext http, CurrentUser user, GitHubMemberships memberships, Db db, CancellationToken cancellationToken)
    {
        var fields = await http.Request.ReadFormAsync(cancellationToken);
        if (!long.TryParse(fields["github_id"], NumberStyles.None, CultureInfo.InvariantCulture, out var githubId))
        {
            return TypedResults.Problem("github_id must be the number that the page gave.", statusCode: StatusCodes.Status400BadRequest);
        }

        var answer = await HandleAsync(new Request(githubId), user, memberships, db, cancellationToken);
        return answer.Result is Ok<OrganizationResponse> or Created<OrganizationResponse> ? new SeeOther(OrganizationsPage.Address) : answer.Result;
    }

    internal static async Task<IResult> RefreshFormAsync(CurrentUser user, GitHubMemberships memberships, CancellationToken cancellationToken)
    {
        if (user.SessionId is null)
        {
            return TypedResults.Problem("Sign in with a browser.", statusCode: StatusCodes.Status403Forbidden);
        }

        await memberships.RefreshAsync(user, cancellationToken);
        return new SeeOther(OrganizationsPage.Address);
    }

    private static class Sql
    {
        public const string Create = "SELECT app.create_github_organization(@id::uuid, @githubId::bigint)";
    }
}
