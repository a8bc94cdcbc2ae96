using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Detectors.Node;
using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags CI steps that run a script which is no more, or in a folder that is not there.</summary>
internal sealed partial class DeadCiCommand : IRepositoryRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "GHA047", "dead-ci-command", Category.CiCd, Severity.High,
        What: "A workflow step that calls a script which package.json does not have, or works in a folder that does not exist.",
        Why: "The step fails whenever it runs.",
        Remedy: "Call a script that exists, or remove the step.")
    {
        Confidence = 0.85,
        References = ["https://docs.npmjs.com/cli/commands/npm-run"],
    };

    public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) => snapshot.In(".github/workflows").Any(Workflow.IsWorkflowPath);

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model)
    {
        var folders = snapshot.Entries.SelectMany(entry => RepositoryPath.Upwards(entry.Directory)).ToHashSet(StringComparer.Ordinal);
        foreach (var workflow in snapshot.In(".github/workflows").Where(Workflow.IsWorkflowPath).Select(Workflow.Read).OfType<Workflow>())
        {
            foreach (var job in workflow.Jobs.Where(StepScript.RunsOnThisCheckout))
            {
                // What earlier steps make or fetch may be there by then.
                foreach (var step in job.Steps.Where(step => step.Run is not null && step.If is null))
                {
                    if (StepScript.Folder(step) is not { } folder)
                    {
                        continue;
                    }

                    if (!folders.Contains(folder) && !MayMakeFolders(job, step))
                    {
                        yield return Descriptor.At(workflow.File.Path, (step.Node["working-directory"] ?? step.Run!).Line, $"Job '{job.Id}' works in {folder}, which is no folder of the repository.");
                    }
                    else if (Missing(snapshot, folder, step.Run!) is { } missing)
                    {
                        yield return Descriptor.At(workflow.File.Path, missing.Line, $"Job '{job.Id}' runs the script '{missing.Script}', which {RepositoryPath.File(folder, "package.json")} does not have.");
                    }
                }
            }
        }
    }

    private static bool MayMakeFolders(WorkflowJob job, WorkflowStep step) =>
        job.Steps.TakeWhile(other => other != step).Any(other => other.Run is not null || other.Action is { } action && !action.Is("actions/checkout") && !action.Repository.StartsWith("setup-", StringComparison.Ordinal));

    /// <summary>The first script that a line calls by name and that the package of this folder does not have.</summary>
    private static (string Script, int Line)? Missing(RepositorySnapshot snapshot, string folder, DataNode run)
    {
        if (snapshot.Find(RepositoryPath.File(folder, "package.json")) is not { } file || file.Json().Root is not { Kind: NodeKind.Mapping } root)
        {
            return null;
        }

        var package = new NodePackage(file, root);
        var first = run.BlockLine > 0 ? run.BlockLine : run.Line;
        foreach (var (text, index) in run.Text!.Split('\n').Select((text, index) => (text.Trim(), index)))
        {
            if (Moves().IsMatch(text))
            {
                return null;
            }

            if (Call().Match(text) is { Success: true } match && package.Script(match.Groups["script"].Value) is null)
            {
                return (match.Groups["script"].Value, first + index);
            }
        }

        return null;
    }

    [GeneratedRegex(@"^(npm run|npm run-script|pnpm run|yarn run) (?<script>[A-Za-z0-9][A-Za-z0-9:_.-]{0,80})( -- .*)?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Call();

    /// <summary>After these nothing is known of where a line runs or what package.json holds.</summary>
    [GeneratedRegex(@"\b(cd|pushd|npm pkg|npm init|npm create|jq|sed|git checkout|git clone|cp|mv)\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Moves();
}
