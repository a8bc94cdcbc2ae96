using AutoDevOps.Analyzer;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Parsing.Workflows;
using AutoDevOps.Analyzer.Pipelines;
using AutoDevOps.Analyzer.Snapshots;

namespace AutoDevOps.Benchmarks.RealRuns;

/// <summary>The workflow that is generated for a repository, read back from its text as a runner would.</summary>
/// <param name="Refusal">Why there are no jobs; null where there are.</param>
internal sealed record OurWorkflow(IReadOnlyList<RealJob> Jobs, string? Refusal)
{
    /// <param name="withCi">Whether the CI that the repository has may be read. Without it, what is generated has to be found in the rest.</param>
    public static OurWorkflow Generate(string folder, bool withCi)
    {
        var whole = FolderSnapshot.Read(folder, SnapshotLimits.Default, CancellationToken.None);
        var ci = RepositoryModelBuilder.Build(whole).Model.Ci.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        var snapshot = withCi ? whole : new RepositorySnapshot(whole.Entries.Where(file => !ci.Contains(file.Path)));
        var model = RepositoryModelBuilder.Build(snapshot).Model;
        var pipeline = PipelineGenerator.Generate(snapshot, model, "github", new PipelineOptions());
        if (!pipeline.IsProven)
        {
            return new([], string.Join("; ", pipeline.Checks.Where(check => !check.Passed).Select(check => $"{check.Name}: {check.Detail}")));
        }

        var workflows = pipeline.Files.Select(file => Workflow.Read(SnapshotFile.FromText(file.Path, file.Text)) ?? throw new InvalidOperationException($"{file.Path} cannot be read back."));
        return new([.. workflows.SelectMany(workflow => workflow.Jobs).Where(job => job.Id is not (GitHubActionsWriter.Gate or GitHubActionsWriter.Changes)).Select(Read)], null);
    }

    private static RealJob Read(WorkflowJob job)
    {
        var environment = (job.Node["env"]?.Entries ?? []).ToDictionary(variable => variable.Key.Text!, variable => variable.Value.Text ?? "", StringComparer.Ordinal);
        var scripts = job.Steps.Where(step => step.Run is not null).ToLookup(step => StepsNotRun.Reason(step.Run!.Text!));
        return new(
            job.Id,
            [.. scripts[null].Select(step => new RealStep(step.Run!.Text!, step.Node["working-directory"]?.Text ?? ".", environment))],
            [
                .. job.Steps.Select(step => step.Uses?.Text!.Split('@')[0]).OfType<string>(),
                .. scripts.Where(group => group.Key is not null).SelectMany(group => group.Select(step => $"`{step.Run!.Text}` ({group.Key})")),
                .. (job.Node["services"]?.Entries ?? []).Select(service => $"service {service.Key.Text}"),
            ]);
    }
}
