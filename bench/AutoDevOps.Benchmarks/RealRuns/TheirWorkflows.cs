using System.Text.RegularExpressions;
using AutoDevOps.Analyzer;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;
using AutoDevOps.Analyzer.Snapshots;

namespace AutoDevOps.Benchmarks.RealRuns;

/// <summary>The jobs of a repository's own workflows that build, test or lint on Linux: one row of each matrix, but every task that a matrix
/// lists.</summary>
/// <param name="Unread">Why a job is not among them.</param>
internal sealed partial record TheirWorkflows(IReadOnlyList<RealJob> Jobs, IReadOnlyList<string> Unread)
{
    public static TheirWorkflows Read(string folder)
    {
        var snapshot = FolderSnapshot.Read(folder, SnapshotLimits.Default, CancellationToken.None);
        var jobs = new List<RealJob>();
        var unread = new List<string>();
        foreach (var configuration in RepositoryModelBuilder.Build(snapshot).Model.Ci.Where(ci => ci.Vendor == "github" && !ci.IsGenerated))
        {
            var file = snapshot.Find(configuration.Path)!;
            if (!Workflow.IsWorkflowPath(file) || !CiCommands.ChecksChanges(configuration) || Workflow.Read(file) is not { } workflow || !workflow.HasTrigger("push", "pull_request"))
            {
                continue;
            }

            foreach (var job in workflow.Jobs.Where(job => !OtherPurpose().IsMatch(job.Id)))
            {
                if (job.Uses is { } called)
                {
                    unread.Add($"{job.Id} calls {called.Text!.Split('@')[0]}");
                }
                else if (job.RunnerLabels().Any() && !job.RunnerLabels().Any(label => label.Text!.StartsWith("ubuntu", StringComparison.Ordinal)))
                {
                    unread.Add($"{job.Id} does not run on Linux");
                }
                else
                {
                    jobs.AddRange(Rows(job).Select(row => Read(job, row)).Where(read => read.Steps.Any(step => Checks().IsMatch(step.Script))));
                }
            }
        }

        return new([.. jobs.DistinctBy(job => job.Key)], unread);
    }

    /// <summary>The rows of the matrix that are run: of an axis that chooses what is done, every value, of the others the one for Linux.</summary>
    private static IEnumerable<Dictionary<string, string>> Rows(WorkflowJob job)
    {
        var row = new Dictionary<string, string>(StringComparer.Ordinal);
        string[] tasks = [];
        string? taskAxis = null;
        var matrix = job.Node.At("strategy", "matrix");
        foreach (var (key, value) in matrix?.Entries.Where(axis => axis.Key.Text is not "include" and not "exclude") ?? [])
        {
            string[] values = [.. value.ScalarOrItems().Select(item => item.Text).OfType<string>()];
            if (values.Length == 0)
            {
                continue;
            }

            row[key.Text!] = Array.Find(values, text => text.StartsWith("ubuntu", StringComparison.Ordinal)) ?? values[^1];
            if (!Version().IsMatch(key.Text!) && taskAxis is null && job.Steps.Any(step => References(step).Contains(key.Text!)))
            {
                (taskAxis, tasks) = (key.Text!, values);
            }
        }

        foreach (var (key, value) in matrix?["include"]?.Items is [var first, ..] ? first.Entries : [])
        {
            row.TryAdd(key.Text ?? "", value.Text ?? "");
        }

        return taskAxis is null ? [row] : tasks.Select(task => new Dictionary<string, string>(row, StringComparer.Ordinal) { [taskAxis] = task });
    }

    private static IEnumerable<string> References(WorkflowStep step) =>
        Matrix().Matches(step.Run?.Text ?? "").Select(match => match.Groups["name"].Value);

    private static RealJob Read(WorkflowJob job, Dictionary<string, string> row)
    {
        var steps = new List<RealStep>();
        var leftOut = new List<string>();
        var environment = Variables(job.Workflow.Root["env"], row).Concat(Variables(job.Node["env"], row)).ToList();
        foreach (var step in job.Steps)
        {
            if (step.Uses is { } uses)
            {
                leftOut.Add(uses.Text!.Split('@')[0]);
                continue;
            }

            var script = Resolve(step.Run?.Text ?? "", row);
            var folder = Resolve((step.Node["working-directory"] ?? job.Node.At("defaults", "run", "working-directory") ?? job.Workflow.Root.At("defaults", "run", "working-directory"))?.Text ?? ".", row);
            var why = step.If is not null ? "under a condition"
                : script.Contains("${{", StringComparison.Ordinal) || folder.Contains("${{", StringComparison.Ordinal) ? "computed"
                : (step.Node["shell"]?.Text ?? "bash") is "bash" or "sh" ? null : "not for bash";
            if (why is not null)
            {
                leftOut.Add($"`{script.Split('\n')[0]}` ({why})");
                continue;
            }

            var own = environment.Concat(Variables(step.Node["env"], row)).GroupBy(variable => variable.Key, StringComparer.Ordinal);
            steps.Add(new(script, folder, own.ToDictionary(group => group.Key, group => group.Last().Value, StringComparer.Ordinal)));
        }

        return new(job.Id, steps, [.. leftOut, .. (job.Node["services"]?.Entries ?? []).Select(service => $"service {service.Key.Text}")]);
    }

    private static IEnumerable<KeyValuePair<string, string>> Variables(DataNode? env, Dictionary<string, string> row) =>
        (env?.Entries ?? [])
            .Select(variable => KeyValuePair.Create(variable.Key.Text ?? "", Resolve(variable.Value.Text ?? "", row)))
            .Where(variable => variable.Key.Length > 0 && !variable.Value.Contains("${{", StringComparison.Ordinal));

    private static string Resolve(string text, Dictionary<string, string> row) =>
        Matrix().Replace(text, match => row.GetValueOrDefault(match.Groups["name"].Value, match.Value));

    [GeneratedRegex(@"\$\{\{\s*matrix\.(?<name>[A-Za-z0-9_.-]+)\s*\}\}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Matrix();

    [GeneratedRegex("(version|node|^os$|platform|runner|image)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex Version();

    [GeneratedRegex(@"(test|lint|check|tsc|build|cmake|make|vitest|jest|xo|format|types)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex Checks();

    [GeneratedRegex("(release|publish|deploy|docs|website|nightly|bench|codeql|fuzz|size)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex OtherPurpose();
}
