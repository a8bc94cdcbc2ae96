using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Pipelines;

/// <summary>Reads a generated workflow back and compares it, as a tree, with the plan it was written from: whatever stands in a name, no job,
/// step, command or variable is there that was not meant.</summary>
internal static class WorkflowReadBack
{
    /// <summary>The first difference, or null.</summary>
    public static string? Difference(Workflow workflow, BuildPlan plan)
    {
        var expected = plan.Jobs.Select(job => job.Id).Append(GitHubActionsWriter.Gate).ToList();
        if (plan.Jobs.Any(job => job.Filter is not null))
        {
            expected.Insert(0, GitHubActionsWriter.Changes);
        }

        if (!workflow.Jobs.Select(job => job.Id).SequenceEqual(expected, StringComparer.Ordinal))
        {
            return "the jobs are not the ones that were meant";
        }

        return plan.Jobs.Zip(workflow.Jobs.Skip(expected.Count - plan.Jobs.Count - 1), Difference).FirstOrDefault(difference => difference is not null);
    }

    private static string? Difference(PlannedJob planned, WorkflowJob written)
    {
        List<WorkflowStepText> setUp = [.. planned.Runtime is null ? [] : SetupActions.For(planned.Runtime), .. planned.Tools.Select(SetupActions.For)];
        var commands = setUp.Where(step => step.Run is not null).Select(step => (step.Run!, step.WorkingDirectory ?? "."))
            .Concat(planned.Steps.Select(step => (step.Run, step.WorkingDirectory)));
        if (!written.Steps.Where(step => step.Node["run"] is not null).Select(step => (step.Run?.Text ?? "", step.Node["working-directory"]?.Text ?? ".")).SequenceEqual(commands))
        {
            return $"the commands of job '{planned.Id}' are not the ones that were meant";
        }

        var actions = setUp.Count(step => step.Uses is not null) + 1 + (planned.Reports.Count > 0 ? 1 : 0);
        if (written.Steps.Count(step => step.Node["uses"] is not null) != actions || written.Steps.Any(step => step.Node["uses"] is not null && step.Node["run"] is not null))
        {
            return $"the actions of job '{planned.Id}' are not the ones that were meant";
        }

        return SameVariables(written.Node["env"], planned.Environment) && written.Steps.All(step => step.Node["env"] is null)
            ? null
            : $"the variables of job '{planned.Id}' are not the ones that were meant";
    }

    private static bool SameVariables(DataNode? written, IReadOnlyDictionary<string, string> planned) =>
        (written?.Entries.Count ?? 0) == planned.Count && planned.All(variable => written?[variable.Key]?.Text == variable.Value);
}
