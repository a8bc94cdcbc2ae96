using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a shell that no runner knows, or not that of the job, and that is no command either.</summary>
internal sealed class InvalidShell : IFileRule
{
    private static readonly string[] Shells = ["bash", "sh", "pwsh", "powershell", "cmd", "python"];

    /// <summary>Those that there are on Windows only.</summary>
    private static readonly string[] OfWindows = ["powershell", "cmd"];

    public RuleDescriptor Descriptor { get; } = new(
        "GHA014", "invalid-shell", Category.CiCd, Severity.High,
        What: "A `shell` that is none of the runner's and has no `{0}` for the script, such as one of Windows on Linux.",
        Why: "The step fails before it has done anything.",
        Remedy: "Name one of bash, sh, pwsh, powershell, cmd and python, or write a command with {0} where the script's path goes.")
    {
        Confidence = 0.97,
        Equivalents = ["actionlint/shell-name"],
        References = ["https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell"],
    };

    public bool Reads(SnapshotFile file) => Workflow.IsWorkflowOrActionPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        if (Workflow.Read(file) is not { } workflow)
        {
            yield break;
        }

        var shells = workflow.Jobs.Select(job => job.Node.At("defaults", "run", "shell"))
            .Prepend(workflow.Root.At("defaults", "run", "shell"))
            .Concat(workflow.Steps.Select(step => step.Node["shell"]));
        foreach (var shell in shells.OfType<DataNode>().Where(shell => !string.IsNullOrEmpty(shell.Text)))
        {
            var name = shell.Text!;
            if (!name.Contains("{0}", StringComparison.Ordinal) && !name.Contains("${{", StringComparison.Ordinal) && !Shells.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                yield return Descriptor.At(NodeLocation.Of(file, shell), $"'{name}' is no shell of a runner: those are {string.Join(", ", Shells)}. A command of your own has {{0}} for the script.");
            }
        }

        foreach (var step in workflow.Steps.Where(step => step.Job is { } job && IsElsewhere(job)))
        {
            if (step.Node["shell"] is { Text: { } name } shell && OfWindows.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                yield return Descriptor.At(NodeLocation.Of(file, shell), $"'{name}' is a shell of Windows, and the job runs on {step.Job!.Node["runs-on"]!.Text}{(OfWindows[0].Equals(name, StringComparison.OrdinalIgnoreCase) ? ": write 'pwsh'" : "")}.");
            }
        }
    }

    /// <summary>Whether the job runs on a machine of GitHub's with Linux or macOS.</summary>
    private static bool IsElsewhere(WorkflowJob job) =>
        job.Node["runs-on"] is { Kind: NodeKind.Scalar, Text: { } label }
        && (label.StartsWith("ubuntu-", StringComparison.OrdinalIgnoreCase) || label.StartsWith("macos-", StringComparison.OrdinalIgnoreCase));
}
