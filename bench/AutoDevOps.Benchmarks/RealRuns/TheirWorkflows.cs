using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Parsing.Workflows;
using AutoDevOps.Analyzer.Snapshots;

namespace AutoDevOps.Benchmarks.RealRuns;

/// <summary>The jobs of a repository's own workflows that build, test or lint, in the rows of <see cref="MatrixRows"/>.</summary>
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
            if (Workflow.IsWorkflowPath(file) && CiCommands.ChecksChanges(configuration) && Workflow.Read(file) is { } workflow && workflow.HasTrigger("push", "pull_request"))
            {
                Read(workflow, jobs, unread);
            }
        }

        return new([.. jobs.DistinctBy(job => job.Key)], unread);
    }

    private static void Read(Workflow workflow, List<RealJob> jobs, List<string> unread)
    {
        var anyOnLinux = workflow.Jobs.Any(job => MatrixRows.Of(job).Any(row => System(job, row).StartsWith("ubuntu", StringComparison.Ordinal)));
        foreach (var job in workflow.Jobs.Where(job => !OtherPurpose().IsMatch(job.Id)))
        {
            if (job.Uses is { } called)
            {
                unread.Add($"{job.Id} calls {called.Text!.Split('@')[0]}");
                continue;
            }

            foreach (var row in MatrixRows.Of(job))
            {
                var system = System(job, row);
                if (system.StartsWith("windows", StringComparison.Ordinal) || (anyOnLinux && !system.StartsWith("ubuntu", StringComparison.Ordinal)))
                {
                    unread.Add($"{job.Id} is for {system}");
                }
                else if (Read(job, row, system) is var read && read.Steps.Any(step => Checks().IsMatch(step.Script)))
                {
                    jobs.Add(read);
                }
            }
        }
    }

    private static string System(WorkflowJob job, ExpressionValue row) =>
        job.Node["runs-on"]?.ScalarOrItems().FirstOrDefault()?.Text is { } text ? new JobContexts(row).Resolve(text) ?? "a system that is computed" : "no system";

    private static RealJob Read(WorkflowJob job, ExpressionValue row, string system)
    {
        var steps = new List<RealStep>();
        List<string> leftOut = system.StartsWith("ubuntu", StringComparison.Ordinal) ? [] : [$"(it is for {system})"];
        var contexts = new JobContexts(row).With(job.Workflow.Root["env"]).With(job.Node["env"]);
        var defaults = job.Node.At("defaults", "run", "working-directory") ?? job.Workflow.Root.At("defaults", "run", "working-directory");
        foreach (var step in job.Steps)
        {
            if (step.Uses is { } uses)
            {
                leftOut.Add(uses.Text!.Split('@')[0]);
                if (step.Action is not null && step.With("run_install")?.Text == "true")
                {
                    steps.Add(new("pnpm install", ".", contexts.Variables));
                }

                continue;
            }

            var own = contexts.With(step.Node["env"]);
            var script = own.Resolve(step.Run?.Text ?? "");
            var folder = own.Resolve((step.Node["working-directory"] ?? defaults)?.Text ?? ".");
            var holds = own.Holds(step.If);
            if (holds == false)
            {
                continue;
            }

            var why = holds is null ? "its condition is not known"
                : script is null || folder is null ? "computed"
                : !IsForBash(step) ? "not for bash"
                : StepsNotRun.Reason(script);
            if (why is null)
            {
                steps.Add(new(script!, folder!.Replace("${GITHUB_WORKSPACE}", ".", StringComparison.Ordinal), own.Variables));
            }
            else
            {
                leftOut.Add($"`{(step.Run?.Text ?? "").Split('\n')[0].Trim()}` ({why})");
            }
        }

        return new(job.Id, steps, [.. leftOut, .. (job.Node["services"]?.Entries ?? []).Select(service => $"service {service.Key.Text}")]);
    }

    private static bool IsForBash(WorkflowStep step) => (step.Node["shell"]?.Text ?? "bash") is "bash" or "sh";

    [GeneratedRegex(@"(test|lint|check|tsc|build|cmake|make|vitest|jest|xo|format|type)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex Checks();

    [GeneratedRegex("(release|publish|deploy|docs|website|nightly|bench|codeql|fuzz|size)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex OtherPurpose();
}
