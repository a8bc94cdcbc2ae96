using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags an artifact that each job of a matrix uploads under the same name.</summary>
internal sealed class ArtifactCollision : WorkflowRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "GHA090", "artifact-collision", Category.CiCd, Severity.High,
        What: "`actions/upload-artifact` from version 4 on, under one name in all jobs of a matrix.",
        Why: "A name is taken once it is uploaded: every job of the matrix but the first fails.",
        Remedy: "Put a value of the matrix into the name, and download with `pattern` and `merge-multiple`.")
    {
        Confidence = 0.95,
        References = ["https://github.com/actions/upload-artifact/blob/main/docs/MIGRATION.md"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow)
    {
        foreach (var job in workflow.Jobs.Where(job => IsSeveral(job.Node.At("strategy", "matrix"))))
        {
            foreach (var step in job.Steps)
            {
                if (step.Action?.Is("actions/upload-artifact") == true && UsedVersion.Major(step) >= 4 && step.With("overwrite")?.IsTrue != true && step.With("archive") is null
                    && step.With("name")?.Text?.Contains("${{", StringComparison.Ordinal) != true && !Chooses(step.If) && !Chooses(job.If))
                {
                    yield return At(workflow, step.With("name") ?? step.Uses!, $"Each job of the matrix '{job.Id}' uploads '{step.With("name")?.Text ?? "artifact"}'.");
                }
            }
        }
    }

    /// <summary>Whether a condition may let one job of the matrix through only; that of a failure mostly concerns one.</summary>
    private static bool Chooses(string? condition) =>
        condition is not null && (condition.Contains("matrix", StringComparison.Ordinal) || condition.Contains("runner.", StringComparison.Ordinal) || condition.Contains("steps.", StringComparison.Ordinal)
            || condition.Contains("env.", StringComparison.Ordinal) || condition.Contains("failure()", StringComparison.Ordinal) || condition.Contains("strategy.", StringComparison.Ordinal));

    /// <summary>Whether the file itself says that there is more than one job.</summary>
    private static bool IsSeveral(DataNode? matrix)
    {
        if (matrix is not { Kind: NodeKind.Mapping } || matrix["exclude"] is not null)
        {
            return false;
        }

        var rows = Workflow.Pairs(matrix).Where(pair => pair.Key.Text != "include").Select(pair => pair.Value).ToList();
        return rows.Any(row => row.Items.Count > 1) || (rows.Count == 0 && matrix["include"]?.Items.Count > 1);
    }
}
