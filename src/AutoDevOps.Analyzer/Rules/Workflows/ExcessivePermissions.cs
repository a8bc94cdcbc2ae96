using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a token that may do everything, or as much as a setting outside the file says.</summary>
internal sealed class ExcessivePermissions : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "GHA022", "excessive-permissions", Category.Security, Severity.Medium,
        What: "A job that asks for `write-all`, or for which neither it nor its workflow states permissions.",
        Why: "Any step, and any dependency it runs, can use the job's token to change the repository.",
        Remedy: "Write `permissions: contents: read` at the top of the workflow, and give a job more only where it needs it.")
    {
        Equivalents = ["zizmor/excessive-permissions", "poutine/default_permissions_on_risky_events", "scorecard/Token-Permissions"],
        References =
        [
            "CWE-250", "CWE-272", "OWASP CICD-SEC-5",
            "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#permissions",
        ],
    };

    public bool Reads(SnapshotFile file) => Workflow.IsWorkflowPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        if (Workflow.Read(file) is not { } workflow)
        {
            yield break;
        }

        foreach (var (node, subject) in workflow.Jobs.Select(job => (job.Node, $"Job '{job.Id}'")).Prepend((workflow.Root, "The workflow")))
        {
            if (node["permissions"] is { Text: "write-all" } all)
            {
                yield return Descriptor.At(file.Path, all.Line, $"{subject} asks for 'write-all': every permission there is.") with { Severity = Severity.High };
            }
        }

        // A workflow that is only called runs with what its caller grants.
        var onlyCalled = workflow.Triggers.Count > 0 && workflow.Triggers.All(trigger => trigger.Name == "workflow_call");
        if (workflow.Root["permissions"] is not null || onlyCalled)
        {
            yield break;
        }

        var without = workflow.Jobs.Where(job => job.Node.Kind == NodeKind.Mapping && job.Node["permissions"] is null).ToList();
        if (without.Count > 0)
        {
            var names = string.Join(", ", without.Take(3).Select(job => $"'{job.Id}'")) + (without.Count > 3 ? $" and {without.Count - 3} more" : "");
            yield return Descriptor.At(file.Path, without[0].Key.Line, $"No permissions are stated for {names}: the token may do what the repository's setting says, which may be everything.") with { Fix = Repair(workflow) };
        }
    }

    private static Fix? Repair(Workflow workflow) =>
        TokenUse.OnlyReads(workflow) && workflow.Root.Key("jobs") is { Start.Column: 1, Line: var line }
            ? new("Let the token read only", workflow.File.Path, [new Edit(line, line - 1, "permissions:\n  contents: read\n")])
            : null;
}
