using AutoDevOps.Server.Data;
using AutoDevOps.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDevOps.Server.Features.Organizations;

/// <summary>Lists the organizations of whoever asks, with their roles, and those on GitHub that they could bring here.</summary>
public static class ListOrganizations
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/organizations", HandleAsync).WithName(nameof(ListOrganizations)).WithTags("organizations").WithEntityTag();

    internal static async Task<Ok<OrganizationsResponse>> HandleAsync(CurrentUser user, Db db, CancellationToken cancellationToken) =>
        TypedResults.Ok((await ReadOrganizations.Async(db, user, cancellationToken)).Organizations);
}
