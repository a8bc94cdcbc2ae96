using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Server.Features.Proposals;
using AutoDevOps.Server.Ui;

namespace AutoDevOps.Server.Features.Pipelines;

/// <summary>A pipeline as the API shows it.</summary>
/// <param name="State"><c>running</c> until it is finished, then <c>proven</c>, <c>not_proven</c> (a check failed, or nothing could be generated) or <c>failed</c>.</param>
/// <param name="Failure">Set with <c>failed</c>.</param>
/// <param name="RequiredSecrets">Names only.</param>
/// <param name="PullRequest">The one for this platform, whichever generation it was last asked for; null when nobody has asked.</param>
public sealed record PipelineResponse(
    Guid Id, Guid RepositoryId, Guid JobId, string Platform, string State, string? CommitSha, DateTime CreatedAt, DateTime? FinishedAt, string? Failure,
    IReadOnlyList<PipelineFile> Files, IReadOnlyList<StoredCheck> Checks, IReadOnlyList<NotInferred> NotInferred, IReadOnlyList<string> RequiredSecrets,
    ProposalResponse? PullRequest = null)
{
    internal static PipelineResponse Of(ReadPipeline.Pipeline pipeline) => new(
        pipeline.Id, pipeline.RepositoryId, pipeline.JobId, pipeline.Platform, StateOf(pipeline.FinishedAt, pipeline.Failure, pipeline.IsProven), pipeline.CommitSha,
        pipeline.CreatedAt, pipeline.FinishedAt, pipeline.Failure, pipeline.FileList(), Stored.ReadList<StoredCheck>(pipeline.Checks),
        Stored.ReadList<NotInferred>(pipeline.NotInferred), Stored.ReadList<string>(pipeline.RequiredSecrets));

    internal static string StateOf(DateTime? finishedAt, string? failure, bool? isProven) =>
        finishedAt is null ? "running" : failure is not null ? "failed" : isProven == true ? "proven" : "not_proven";
}
