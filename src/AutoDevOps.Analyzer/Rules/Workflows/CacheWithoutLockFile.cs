using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a setup that is to cache what no lock file names.</summary>
internal sealed class CacheWithoutLockFile : WorkflowsRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "GHA085", "cache-without-lock-file", Category.CiCd, Severity.High,
        What: "A setup action with `cache` in a repository that does not have the file which the key of the cache is made of.",
        Why: "The step fails: it finds no lock file.",
        Remedy: "Commit the lock file, say where it is with `cache-dependency-path`, or remove `cache`.")
    {
        Confidence = 0.93,
        References = ["https://github.com/actions/setup-node#caching-global-packages-data", "https://github.com/actions/setup-python#caching-packages-dependencies"],
    };

    protected override IEnumerable<Finding> Check(RepositorySnapshot snapshot, Workflow workflow)
    {
        foreach (var job in workflow.Jobs.Where(ChecksOutThis))
        {
            // What runs before may write the file.
            foreach (var step in job.Steps.TakeWhile(step => step.Run is null && step.Action is { Kind: ActionKind.Remote }).Where(step => step.With("cache-dependency-path") is null))
            {
                if (step.With("cache") is { Text: { } cache } input && Files(step.Action!, cache) is { } files && !snapshot.Entries.Any(entry => files.Contains(entry.Name) && (entry.Directory.Length == 0 || step.Action!.Repository != "setup-node")))
                {
                    yield return At(job.Workflow, input, $"Job '{job.Id}' caches for '{cache}', and the repository has no {string.Join(" or ", files.Take(3))}{(step.Action!.Repository == "setup-node" ? " in its root" : "")}.");
                }
            }
        }
    }

    private static bool ChecksOutThis(WorkflowJob job) =>
        job.Node["container"] is null
        && StepScript.RunsOnThisCheckout(job)
        && job.Steps.All(step => step.If is null || step.Action?.Is("actions/checkout") != true);

    private static string[]? Files(ActionReference action, string cache) => (action.Name, cache) switch
    {
        ("actions/setup-node", "npm") => ["package-lock.json", "npm-shrinkwrap.json", "yarn.lock"],
        ("actions/setup-node", "yarn") => ["yarn.lock"],
        ("actions/setup-node", "pnpm") => ["pnpm-lock.yaml"],
        ("actions/setup-python", "pip") => ["requirements.txt", "pyproject.toml"],
        ("actions/setup-python", "poetry") => ["poetry.lock"],
        ("actions/setup-python", "pipenv") => ["Pipfile.lock"],
        ("actions/setup-java", "maven") => ["pom.xml"],
        ("actions/setup-dotnet", "true") => ["packages.lock.json"],
        _ => null,
    };
}
