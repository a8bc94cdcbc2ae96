using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>What the script of a step does.</summary>
internal static partial class StepScript
{
    /// <summary>Longer ones no person wrote.</summary>
    private const int MaxLength = 50_000;

    /// <summary>No job runs on more kinds of machines.</summary>
    private const int MaxLabels = 50;

    /// <summary>The lines with the line of the file that each stands on.</summary>
    public static IEnumerable<(string Text, int Line)> Lines(DataNode run)
    {
        var first = run.BlockLine > 0 ? run.BlockLine : run.Line;
        return (run.Text ?? "").Split('\n').Select((text, index) => (text, run.BlockLine > 0 ? first + index : first));
    }

    /// <summary>The commands of a script that a POSIX shell reads; nothing when another does, or may.</summary>
    /// <remarks>An expression is one word, whatever stands in it.</remarks>
    public static IReadOnlyList<RunCommand> Commands(WorkflowStep step)
    {
        if (step.Run is not { Text.Length: <= MaxLength } run || !IsPosix(step))
        {
            return [];
        }

        WorkBudget.Spend(1 + (run.Text!.Length / 4));
        var source = new TracedText.Builder();
        foreach (var (text, line) in Lines(run))
        {
            source.Add(line, Embedded().Replace(text, match => Blank().Replace(match.Value, "_")));
        }

        return RunScript.Parse(source.Build(), 0, joinsLines: false);
    }

    /// <summary>Whether bash or sh reads the script, as far as the file says.</summary>
    public static bool IsPosix(WorkflowStep step)
    {
        var shell = (step.Node["shell"] ?? step.Job?.Node.At("defaults", "run", "shell") ?? (step.Job is null ? null : step.Workflow.Root.At("defaults", "run", "shell")))?.Text;
        if (shell is not null)
        {
            return shell is "bash" or "sh" || shell.StartsWith("bash ", StringComparison.Ordinal) || shell.StartsWith("sh ", StringComparison.Ordinal);
        }

        var labels = step.Job?.RunnerLabels() ?? [];
        return labels.Count is > 0 and <= MaxLabels && labels.Select(label => label.Text!).All(label => label.StartsWith("ubuntu", StringComparison.OrdinalIgnoreCase) || label.StartsWith("macos", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The folder a step runs in; null when an expression or a default of the shell's own decides.</summary>
    public static string? Folder(WorkflowStep step)
    {
        var folder = step.Node["working-directory"] ?? step.Job!.Node.At("defaults", "run", "working-directory") ?? step.Workflow.Root.At("defaults", "run", "working-directory");
        return folder is null ? "" : folder.Text is { } text && !text.Contains('$', StringComparison.Ordinal) ? RepositoryPath.Combine("", text) : null;
    }

    /// <summary>Whether a job checks out once, this repository, to where jobs begin.</summary>
    public static bool RunsOnThisCheckout(WorkflowJob job)
    {
        var checkouts = job.Steps.Where(step => step.Action?.Is("actions/checkout") == true).ToList();
        return checkouts is [var only] && only.With("path") is null && only.With("repository") is null && only.With("ref") is null && only.With("sparse-checkout") is null;
    }

    [GeneratedRegex(@"\$\{\{.*?\}\}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Embedded();

    [GeneratedRegex(@"[^A-Za-z0-9_.${}]", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Blank();
}
