using AutoDevOps.Server.Data;
using AutoDevOps.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDevOps.Server.Features.Pipelines;

/// <summary>Shows a generated pipeline with its evidence and its checks.</summary>
public static class GetPipeline
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/pipelines/{pipelineId:guid}", HandleAsync).WithName(nameof(GetPipeline)).WithTags("pipelines").WithEntityTag();

    internal static async Task<Results<Ok<PipelineResponse>, NotFound>> HandleAsync(
        Guid pipelineId, CurrentUser user, Db db, CancellationToken cancellationToken) =>
        await ReadPipeline.ReadAsync(db, user, pipelineId, cancellationToken) is { } found
            ? TypedResults.Ok(found.Response)
            : TypedResults.NotFound();
}
