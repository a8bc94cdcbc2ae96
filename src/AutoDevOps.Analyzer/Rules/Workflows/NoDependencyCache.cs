using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a job that downloads its dependencies anew each time although its setup action could keep them.</summary>
internal sealed partial class NoDependencyCache : IRepositoryRule
{
    /// <param name="SinceCachesItself">The major version from which the action caches without being asked, or null.</param>
    private sealed record Setup(string Action, string Input, string[] LockFiles, Regex Install, int? SinceCachesItself);

    private static readonly Setup[] Setups =
    [
        new("actions/setup-node", "cache", ["package-lock.json", "yarn.lock", "pnpm-lock.yaml", "npm-shrinkwrap.json"], NodeInstall(), 5),
        new("actions/setup-python", "cache", ["requirements.txt", "poetry.lock", "Pipfile.lock"], PythonInstall(), null),
        new("actions/setup-go", "cache", ["go.sum"], GoBuild(), 4),
    ];

    public RuleDescriptor Descriptor { get; } = new(
        "GHA044", "no-dependency-cache", Category.Performance, Severity.Low,
        What: "A job for pull requests that installs locked dependencies without a cache, although its setup action has one.",
        Why: "Each run downloads the same packages again, which takes time and fails with the registry.",
        Remedy: "Set the `cache` input of the setup action.")
    {
        Confidence = 0.9,
        References = ["https://docs.github.com/actions/reference/workflows-and-actions/dependency-caching"],
    };

    public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) =>
        snapshot.In(".github/workflows").Any(Workflow.IsWorkflowPath);

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model)
    {
        foreach (var workflow in snapshot.In(".github/workflows").Where(Workflow.IsWorkflowPath).Select(Workflow.Read).OfType<Workflow>())
        {
            var fixes = new YamlFix(workflow.File);
            // Elsewhere a cache is left out on purpose: what a pull request put into it would be released.
            if (!workflow.HasTrigger("pull_request") || workflow.HasTrigger("release"))
            {
                continue;
            }

            foreach (var step in workflow.Jobs.Where(job => !Caches(job)).SelectMany(job => job.Steps))
            {
                if (Setups.FirstOrDefault(setup => step.Action?.Is(setup.Action) == true) is { } setup
                    && step.With(setup.Input) is null && step.With("package-manager-cache") is null
                    && Version(step) is { } major && !(major >= setup.SinceCachesItself)
                    && setup.LockFiles.Any(name => snapshot.Find(name) is not null)
                    && step.Job!.Steps.Any(other => other.Run is { } run && setup.Install.IsMatch(run.Text!)))
                {
                    yield return Descriptor.At(workflow.File.Path, step.Uses!.Line, $"Job '{step.Job.Id}' installs its dependencies without the cache of {setup.Action}.") with
                    {
                        Fix = Value(snapshot, setup, step) is { } value ? Repair(fixes, step, $"{setup.Input}: {value}") : null,
                    };
                }
            }
        }
    }

    /// <summary>What the input must say; null when the cache also takes a program that may not be there yet.</summary>
    private static string? Value(RepositorySnapshot snapshot, Setup setup, WorkflowStep step)
    {
        var before = step.Job!.Steps.TakeWhile(other => other != step);
        return setup.LockFiles.First(name => snapshot.Find(name) is not null) switch
        {
            "package-lock.json" or "npm-shrinkwrap.json" => "npm",
            "yarn.lock" => snapshot.Find("yarn.lock")!.Text.Contains("yarn lockfile v1", StringComparison.Ordinal) ? "yarn" : null,
            "pnpm-lock.yaml" => before.Any(other => other.Action?.Is("pnpm/action-setup") == true) ? "pnpm" : null,
            "requirements.txt" => "pip",
            "go.sum" => "true",
            _ => null,
        };
    }

    private static Fix? Repair(YamlFix fixes, WorkflowStep step, string input) => fixes.Make($"Set {input}", (source, edit) =>
    {
        var index = step.Job!.Steps.TakeWhile(other => other != step).Count();
        if (source.Root.At("jobs", step.Job.Id, "steps")?.Items.ElementAtOrDefault(index) is not { } node)
        {
            return false;
        }

        return node["with"] is not { } with ? edit.InsertAfter(source.Entry(node, "uses")!, "with:", $"  {input}")
            : source.Entries(with).LastOrDefault() is { } last && edit.InsertAfter(last, input);
    });

    private static bool Caches(WorkflowJob job) =>
        job.Steps.Any(step => step.Action is { } action
            && (action.Kind == ActionKind.Local || action.Name.Contains("cache", StringComparison.Ordinal) || action.Path.Contains("cache", StringComparison.Ordinal)));

    /// <summary>The major version, of a pinned commit by the comment behind it; null when it does not say.</summary>
    private static int? Version(WorkflowStep step)
    {
        if (step.Action!.Major is { } major)
        {
            return major;
        }

        var line = step.Workflow.Lines[step.Uses!.Line - 1];
        return VersionComment().Match(line) is { Success: true } match && int.TryParse(match.Groups["major"].Value, out var commented) ? commented : null;
    }

    [GeneratedRegex(@"#.*?\bv(?<major>\d{1,3})", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex VersionComment();

    [GeneratedRegex(@"(^|[\s;&|])(npm (ci|install|i)|yarn( install)?|pnpm (install|i))\s*($|[\n;&|]|--(frozen-lockfile|immutable|no-audit|no-fund|ignore-scripts|prefer-offline))", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NodeInstall();

    [GeneratedRegex(@"pip3? install (-U |--upgrade )?(-r|--requirement)\b|(^|\s)(poetry install|pipenv (install|sync))", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex PythonInstall();

    [GeneratedRegex(@"(^|[\s;&|])go (build|test|vet)\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex GoBuild();
}
