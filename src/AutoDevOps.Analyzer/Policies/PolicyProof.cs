using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Parsing.Workflows;
using AutoDevOps.Analyzer.Pipelines;

namespace AutoDevOps.Analyzer.Policies;

/// <summary>Whether a generated pipeline keeps to what people decided.</summary>
internal static class PolicyProof
{
    private const string Name = "policy";

    public static PipelineCheck Check(RepositorySnapshot snapshot, BuildPlan plan, string platform, IReadOnlyList<GeneratedFile> files)
    {
        if (snapshot.PolicyProblems is [var problem, ..])
        {
            return new(Name, Passed: false, $"{problem.Path}:{problem.Line}: {problem.Message}");
        }

        if (snapshot.Policy is { Actions: null, Runners: null, Required.Count: 0 })
        {
            return new(Name, Passed: true, "No policy restricts it.");
        }

        var workflows = files.Select(file => Workflow.Read(SnapshotFile.FromText(file.Path, file.Text))).OfType<Workflow>().ToList();
        return Refusal(snapshot.Policy, platform, workflows, plan) is { } refusal
            ? new(Name, Passed: false, refusal)
            : new(Name, Passed: true, "Only allowed actions and runners, and everything that is required.");
    }

    private static string? Refusal(RepositoryPolicy policy, string platform, List<Workflow> workflows, BuildPlan plan)
    {
        var action = workflows.SelectMany(workflow => workflow.Steps).Select(step => step.Action).OfType<ActionReference>().FirstOrDefault(used => used.Kind == ActionKind.Remote && !policy.AllowsAction(used.Name));
        if (action is not null)
        {
            return $"It needs the action {action.Name}, which the policy does not allow.";
        }

        if (workflows.SelectMany(workflow => workflow.Jobs).SelectMany(job => job.RunnerLabels()).FirstOrDefault(label => label.Text is { } text && !policy.AllowsRunner(text)) is { } runner)
        {
            return $"It runs on {runner.Text}, which the policy does not allow.";
        }

        // What updates dependencies has no jobs of its own.
        var planned = plan.Jobs.SelectMany(job => job.Steps).Select(step => step.Kind).ToHashSet();
        return platform != "dependabot" && policy.Required.Where(kind => !planned.Contains(kind)).Select(kind => (CommandKind?)kind).FirstOrDefault() is { } missing
            ? $"The policy requires {missing.ToString()!.ToLowerInvariant()}, and nothing in the repository says how. Add a script for it, or the command to {PolicyFile.Name}."
            : null;
    }
}
