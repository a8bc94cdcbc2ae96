using AutoDevOps.Server.Data;
using AutoDevOps.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDevOps.Server.Features.Policies;

/// <summary>Shows what an organization holds its repositories to. One that never set anything has a policy too: revision 0, without text.</summary>
public static class GetPolicy
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(SetPolicy.Address, HandleAsync).WithName(nameof(GetPolicy)).WithTags("organizations").WithEntityTag();

    internal static async Task<Results<Ok<PolicyResponse>, NotFound>> HandleAsync(
        Guid organizationId, CurrentUser user, Db db, CancellationToken cancellationToken) =>
        await db.InTransactionAsync(user.Caller, connection => ReadPolicy.FindAsync(connection, organizationId), cancellationToken) is { } found
            ? TypedResults.Ok(found.Response)
            : TypedResults.NotFound();
}
