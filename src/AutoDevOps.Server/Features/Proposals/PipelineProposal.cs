using System.Globalization;
using System.Text;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Server.Features.Pipelines;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Ui;
using AutoDevOps.Server.Ui.Text;

namespace AutoDevOps.Server.Features.Proposals;

/// <summary>Proposes the files of a generated pipeline, with the evidence of each line.</summary>
internal static class PipelineProposal
{
    // What is more is read where the body leads to.
    private const int MaxLines = 120;
    private const int MaxItems = 60;

    /// <param name="web">Where people see GitHub.</param>
    /// <param name="page">Where people see the pipeline.</param>
    public static async Task<ProposedChange> BuildAsync(
        GitHubGit git, ProposalBase target, ReadPipeline.Pipeline pipeline, Uri web, Uri page, CancellationToken cancellationToken)
    {
        var files = pipeline.FileList();
        if (ProposePipeline.Reason(pipeline.FinishedAt is not null, pipeline.Failure, pipeline.IsProven, files.Count > 0) is { } reason)
        {
            return ProposedChange.Refused(reason);
        }

        var changes = new List<FileChange>();
        var isNew = true;
        foreach (var file in files)
        {
            var content = Encoding.UTF8.GetBytes(file.Text);
            var entry = await git.FindAsync(target.Tree, file.Path, cancellationToken);
            isNew &= entry is null;
            if (entry?.Sha == GitBlob.Id(content))
            {
                continue;
            }

            if (entry is { } other && (!other.IsFile || other.Path != file.Path))
            {
                return ProposedChange.Refused($"Where {file.Path} would be written there is something else in the repository. Move it, or write the file yourself.");
            }

            // A file that somebody changed since is theirs.
            var now = entry is null ? null : Encoding.UTF8.GetString(await git.BlobAsync(entry.Sha, cancellationToken));
            if (now != file.Existing && now?.TrimStart('\uFEFF') != file.Existing)
            {
                return ProposedChange.Refused($"{file.Path} has changed since the pipeline was generated. Generate it again, so that nothing of that is lost.");
            }

            changes.Add(new FileChange(file.Path, content));
        }

        var name = Words.Platform(pipeline.Platform);
        var title = pipeline.Platform == "dependabot" ? $"{(isNew ? "Add" : "Update")} the configuration of Dependabot" : $"{(isNew ? "Add" : "Update")} the pipeline for {name}";
        return new ProposedChange(changes, title, Body(pipeline, files, target, name, isNew, web, page));
    }

    private static string Body(
        ReadPipeline.Pipeline pipeline, IReadOnlyList<PipelineFile> files, ProposalBase target, string name, bool isNew, Uri web, Uri page)
    {
        var body = new ProposalText();
        body.Line($"{(isNew ? "This adds" : "This updates")} the configuration of {name}: {string.Join(", ", files.Take(MaxItems).Select(file => GitHubMarkdown.Code(file.Path)))}. It was generated from what the repository says about itself; nothing in it is guessed.");
        var commit = pipeline.CommitSha ?? target.Commit;
        foreach (var file in files)
        {
            AddEvidence(body, file, target.Repository, commit, web);
        }

        body.List("What was checked", Stored.ReadList<StoredCheck>(pipeline.Checks).Take(MaxItems), check => $"{(check.Passed ? "passed" : "**failed**")}: {GitHubMarkdown.Prose(check.Name)}. {GitHubMarkdown.Prose(check.Detail)}");
        body.List(
            "What is left out, as it could not be inferred",
            NotInferredSummary.Of(Stored.ReadList<NotInferred>(pipeline.NotInferred)).Take(MaxItems),
            gap => $"{GitHubMarkdown.Prose(Words.Kind(gap.What))} in {(gap.Component == "." ? "the root" : GitHubMarkdown.Code(gap.Component))}: {GitHubMarkdown.Prose(gap.Why)}");
        body.List("Secrets it needs", Stored.ReadList<string>(pipeline.RequiredSecrets).Take(MaxItems), secret => GitHubMarkdown.Code(secret));
        body.Origin(page, "the pipeline, with all its evidence", commit, target.Repository, web);
        return body.ToString();
    }

    private static void AddEvidence(ProposalText body, PipelineFile file, string repository, string commit, Uri web)
    {
        var lines = file.Text.Split('\n');
        var known = (file.LineEvidence ?? []).Where(line => line.Line >= 1 && line.Line <= lines.Length && line.Evidence is { Count: > 0 }).ToList();
        body.List(
            $"Where {GitHubMarkdown.Code(file.Path)} comes from",
            known.Take(MaxLines),
            line => string.Create(
                CultureInfo.InvariantCulture,
                $"line {line.Line}, {GitHubMarkdown.Code(lines[line.Line - 1].Trim(), 100)}: {string.Join(", ", line.Evidence!.Take(3).Select(evidence => GitHubMarkdown.Place(web, repository, commit, evidence.Path, evidence.Line)))} ({line.Confidence:P0} sure)"),
            isFolded: true);
    }
}
