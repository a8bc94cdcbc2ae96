using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Parsing.Workflows;
using AutoDevOps.Analyzer.Pipelines;

namespace AutoDevOps.Analyzer.Policies;

/// <summary>Whether a generated pipeline keeps to what people decided.</summary>
internal static class PolicyProof
{
    private const string Name = "policy";

    public static PipelineCheck Check(RepositorySnapshot snapshot, RepositoryModel model, BuildPlan plan, string platform, IReadOnlyList<GeneratedFile> files)
    {
        if (snapshot.PolicyProblems is [var problem, ..])
        {
            return new(Name, Passed: false, $"{problem.Path}:{problem.Line}: {problem.Message}");
        }

        // Whoever wrote it wants it run: without it the pipeline is not theirs.
        if (snapshot.Policy.UnknownComponents(model.Components).FirstOrDefault() is { } unknown)
        {
            return new(Name, Passed: false, $"{unknown.Path}:{unknown.Line}: {unknown.Message}");
        }

        var policies = snapshot.Policies.Where(policy => policy is not { Actions: null, Runners: null, Required.Count: 0 }).ToList();
        if (policies.Count == 0)
        {
            return new(Name, Passed: true, "No policy restricts it.");
        }

        var workflows = files.Select(file => Workflow.Read(SnapshotFile.FromText(file.Path, file.Text))).OfType<Workflow>().ToList();
        return policies.Select(policy => Forbidden(policy, workflows)).FirstOrDefault(refusal => refusal is not null) is { } forbidden ? new(Name, Passed: false, forbidden)
            // What updates dependencies has no jobs of its own.
            : platform != "dependabot" && Undone(snapshot, plan) is { } undone ? new(Name, Passed: false, undone)
            : new(Name, Passed: true, $"Only allowed actions and runners, and everything that is required. In force: {string.Join(" and ", policies.Select(policy => policy.Name))}.");
    }

    private static string? Forbidden(RepositoryPolicy policy, List<Workflow> workflows)
    {
        var action = workflows.SelectMany(workflow => workflow.Steps).Select(step => step.Action).OfType<ActionReference>().FirstOrDefault(used => used.Kind == ActionKind.Remote && !policy.AllowsAction(used.Name));
        if (action is not null)
        {
            return $"{policy.Name} does not allow the action {action.Name}, which it needs.";
        }

        return workflows.SelectMany(workflow => workflow.Jobs).SelectMany(job => job.RunnerLabels()).FirstOrDefault(label => label.Text is { } text && !policy.AllowsRunner(text)) is { } runner
            ? $"{policy.Name} does not allow {runner.Text}, which it runs on."
            : null;
    }

    private static string? Undone(RepositorySnapshot snapshot, BuildPlan plan)
    {
        if (snapshot.SwitchedOff.FirstOrDefault() is { } off)
        {
            return $"{snapshot.Organization!.Name} requires {Word(off.Kind)}, and {off.Evidence} switches it off for '{off.Component}'.";
        }

        var planned = plan.Jobs.SelectMany(job => job.Steps).Select(step => step.Kind).ToHashSet();
        return snapshot.Required.FirstOrDefault(required => !planned.Contains(required.Kind)) is { Policy: { } policy, Kind: var kind }
            ? $"{policy.Name} requires {Word(kind)}, and nothing in the repository says how. Add a script for it, or the command to {PolicyFile.Name}."
            : null;
    }

    private static string Word(CommandKind kind) => kind.ToString().ToLowerInvariant();
}
