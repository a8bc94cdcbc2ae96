using System.Text;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDevOps.Server.Features.Pipelines;

/// <summary>Gives one generated file as it is to be committed.</summary>
public static class DownloadPipelineFile
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/pipelines/{pipelineId:guid}/files/{index:int}", HandleAsync).WithName(nameof(DownloadPipelineFile)).WithTags("pipelines")
            .Produces<byte[]>(contentType: "application/octet-stream").WithEntityTag();

    /// <param name="index">The place in the pipeline's list of files, from 0.</param>
    internal static async Task<Results<FileContentHttpResult, NotFound>> HandleAsync(
        Guid pipelineId, int index, CurrentUser user, Db db, CancellationToken cancellationToken)
    {
        var files = (await ReadPipeline.ReadAsync(db, user, pipelineId, cancellationToken))?.Pipeline.FileList() ?? [];
        // Not as what it is: a browser must save it, whatever it would do with YAML.
        return index >= 0 && index < files.Count
            ? TypedResults.File(Encoding.UTF8.GetBytes(files[index].Text), "application/octet-stream", files[index].Path.Split('/')[^1])
            : TypedResults.NotFound();
    }
}
