using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;
using AutoDevOps.Analyzer.Reports;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a job or step whose id GitHub does not take.</summary>
internal sealed class InvalidIdentifier : IFileRule
{
    private const int MaxLength = 99;

    public RuleDescriptor Descriptor { get; } = new(
        "GHA011", "invalid-identifier", Category.CiCd, Severity.High,
        What: "The id of a job or step that is too long, has a character ids may not have, or begins with two underscores.",
        Why: "GitHub refuses the workflow, so none of its jobs runs.",
        Remedy: "Begin the id with a letter or an underscore, and go on with letters, digits, '-' and '_'.")
    {
        Confidence = 0.99,
        Equivalents = ["actionlint/id"],
        References = ["https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_id"],
    };

    public bool Reads(SnapshotFile file) => Workflow.IsWorkflowPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        if (Workflow.Read(file) is not { } workflow)
        {
            yield break;
        }

        var ids = workflow.Jobs.Select(job => job.Key).Concat(workflow.Steps.Select(step => step.Node["id"])).OfType<DataNode>();
        foreach (var id in ids.Where(id => id.Kind == NodeKind.Scalar && !string.IsNullOrEmpty(id.Text)))
        {
            WorkBudget.Spend(1 + (id.Text!.Length / 64));
            if (id.Text.Contains("${{", StringComparison.Ordinal))
            {
                continue;
            }

            if (Problem(id.Text!) is { } problem)
            {
                yield return Descriptor.At(NodeLocation.Of(file, id), $"'{Printable.Short(id.Text!, MaxLength)}' is no id: {problem}.");
            }
        }
    }

    private static string? Problem(string id)
    {
        if (id.Length > MaxLength)
        {
            return $"it is longer than {MaxLength} characters";
        }

        if (id.StartsWith("__", StringComparison.Ordinal))
        {
            return "GitHub keeps those with two underscores in front for itself";
        }

        var isName = (char.IsAsciiLetter(id[0]) || id[0] == '_') && id.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-');
        return isName ? null : "it begins with a letter or an underscore, and goes on with letters, digits, '-' and '_'";
    }
}
