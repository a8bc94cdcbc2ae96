using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a key that GitHub does not know at the top level, in a job or in a step.</summary>
internal sealed class UnknownWorkflowKey : IFileRule
{
    private static readonly string[] TopLevel = ["name", "run-name", "on", "permissions", "env", "defaults", "concurrency", "jobs"];

    private static readonly string[] Job =
    [
        "name", "permissions", "needs", "if", "runs-on", "environment", "concurrency", "outputs", "env", "defaults", "steps", "timeout-minutes",
        "strategy", "continue-on-error", "container", "services", "uses", "with", "secrets", "snapshot",
    ];

    private static readonly string[] Step =
        ["id", "if", "name", "uses", "run", "working-directory", "shell", "with", "env", "continue-on-error", "timeout-minutes"];

    public RuleDescriptor Descriptor { get; } = new(
        "GHA002", "unknown-workflow-key", Category.CiCd, Severity.High,
        What: "A key that GitHub does not know, at the top level of a workflow, in a job or in a step.",
        Why: "GitHub refuses a workflow with an unknown key, so none of its jobs runs.",
        Remedy: "Correct the spelling, or move the key to where it belongs.")
    {
        Equivalents = ["actionlint/syntax-check"],
        References = ["https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax"],
    };

    public bool Reads(SnapshotFile file) => Workflow.IsWorkflowPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        if (Workflow.Read(file) is not { } workflow)
        {
            return [];
        }

        return Unknown(file, workflow.Root, TopLevel, "the top level")
            .Concat(workflow.Jobs.SelectMany(job => Unknown(file, job.Node, Job, $"job '{job.Id}'")))
            .Concat(workflow.Steps.SelectMany(step => Unknown(file, step.Node, Step, "a step")));
    }

    private IEnumerable<Finding> Unknown(SnapshotFile file, DataNode mapping, string[] known, string where)
    {
        foreach (var (key, _) in mapping.Entries)
        {
            if (key.Text is not { } name || known.Contains(name))
            {
                continue;
            }

            var nearest = NearestName.Of(name, known);
            var hint = nearest is null ? "" : $" Did you mean '{nearest}'?";
            var location = new Location(file.Path, key.Line, key.Line, key.Start.Column, key.Start.Column + name.Length);

            // GitHub adds a key now and then; what is no misspelling may be newer than this list.
            yield return Descriptor.At(location, $"'{name}' is not a key of {where}.{hint}") with { Confidence = nearest is null ? 0.85 : 0.97 };
        }
    }
}
