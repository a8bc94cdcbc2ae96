using AutoDevOps.Server.Data;
using AutoDevOps.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDevOps.Server.Features.Analyses;

/// <summary>Shows one finding, with the lines it is about and what its rule says.</summary>
public static class GetFinding
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/findings/{findingId:guid}", HandleAsync).WithName(nameof(GetFinding)).WithTags("findings").WithEntityTag();

    internal static async Task<Results<Ok<FindingResponse>, NotFound>> HandleAsync(Guid findingId, CurrentUser user, Db db, CancellationToken cancellationToken) =>
        await ReadFinding.ReadAsync(db, user, findingId, cancellationToken) is { } found
            ? TypedResults.Ok(found.Response)
            : TypedResults.NotFound();
}
