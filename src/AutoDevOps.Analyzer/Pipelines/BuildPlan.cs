using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Pipelines;

/// <summary>What a pipeline for a repository should do, said without any vendor's words; every item has its evidence and a confidence.</summary>
public sealed record BuildPlan(
    string DefaultBranch, IReadOnlyList<PlannedJob> Jobs, IReadOnlyList<NotInferred> NotInferred)
{
    /// <summary>The label of the machines that GitHub's jobs run on.</summary>
    public string Runner { get; init; } = GitHubActionsWriter.Runner;

    /// <summary>Where a writer that may choose puts its file, because somebody else's file has the usual place; null: the usual place.</summary>
    public string? FileName { get; init; }

    /// <summary>Where the update tool must look: ecosystem and folder, each with its evidence.</summary>
    public IReadOnlyList<PlannedUpdate> Updates { get; init; } = [];

    /// <summary>Secrets a person must provide, by name only.</summary>
    public IReadOnlyList<string> RequiredSecrets { get; init; } = [];
}

/// <summary>What an item of the plan rests on.</summary>
/// <param name="Evidence">The places that establish it; none where the vendor's usual way is taken because the repository says nothing.</param>
/// <param name="Confidence">From 0 to 1; of an item that rests on several facts, that of the least certain.</param>
public sealed record Basis(IReadOnlyList<Evidence> Evidence, double Confidence)
{
    public static Basis None { get; } = new([], 0);

    /// <summary>The existence of a file: there is no doubt about it.</summary>
    public static Basis File(string path, int line = 0) => new([new(path, line)], 1);

    /// <summary>All of what several facts rest on, each place once.</summary>
    public static Basis OfAll(IEnumerable<Basis> facts)
    {
        var founded = facts.Where(fact => fact.Evidence.Count > 0).ToList();
        return founded.Count == 0 ? None : new([.. founded.SelectMany(fact => fact.Evidence).DistinctBy(place => (place.Path, place.Line))], founded.Min(fact => fact.Confidence));
    }
}

/// <param name="Id">Unique in the plan, safe as an identifier everywhere: <c>[a-z][a-z0-9-]*</c>.</param>
/// <param name="Title">For people.</param>
public sealed record PlannedJob(string Id, string Title, Component Component)
{
    public required RuntimePlan? Runtime { get; init; }

    public required IReadOnlyList<PlannedStep> Steps { get; init; }

    public IReadOnlyList<PlannedService> Services { get; init; } = [];

    /// <summary>Set for the steps of the job; the values carry no secrets.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Programs to set up that no package manager brings.</summary>
    public IReadOnlyList<PlannedTool> Tools { get; init; } = [];

    /// <summary>What a pull request must touch to make the job necessary; null: it always is.</summary>
    public PathFilter? Filter { get; init; }

    /// <summary>Files the job leaves behind that a person wants to see, also when it failed.</summary>
    public IReadOnlyList<string> Reports { get; init; } = [];

    public int TimeoutMinutes { get; init; } = 15;
}

/// <param name="Ecosystem">As Dependabot names it: <c>npm pip uv gomod nuget cargo maven gradle github-actions docker</c>.</param>
/// <param name="Folder">From the root, starting with <c>/</c>.</param>
public sealed record PlannedUpdate(string Ecosystem, string Folder, Basis Basis);

/// <summary>A part of a monorepo that stands alone.</summary>
/// <param name="Id">The same for all jobs of the part and for no other, safe as an identifier: <c>[a-z][a-z0-9-]*</c>.</param>
/// <param name="Paths">Globs from the repository's root.</param>
public sealed record PathFilter(string Id, IReadOnlyList<string> Paths);

/// <param name="Name"><c>bats cargo-nextest golangci-lint just meson mise shfmt task</c>.</param>
/// <param name="Version">As existing CI pins it; null: the newest.</param>
public sealed record PlannedTool(string Name, string? Version, Basis Basis);

/// <summary>The runtime a job sets up.</summary>
/// <param name="Versions">More than one makes a matrix.</param>
/// <param name="VersionFile">A file of the repository that the vendor's setup reads by itself, or null.</param>
/// <param name="CacheDependencyPath">The file that keys the package manager's cache: the lock file, of pip the requirements; null: no cache.</param>
public sealed record RuntimePlan(
    string Name,
    IReadOnlyList<string> Versions,
    string? VersionFile,
    PackageManager? PackageManager,
    string? CacheDependencyPath,
    Basis Basis)
{
    /// <summary>What else is installed from, and so keys the cache: of pip, the other requirements.</summary>
    public IReadOnlyList<string> FurtherCacheKeys { get; init; } = [];
}

/// <param name="Kind">What the step is for; null when it is set-up that belongs to the tool.</param>
public sealed record PlannedStep(
    string Name, string Run, string WorkingDirectory, CommandKind? Kind, Basis Basis);

/// <param name="Image">With a tag.</param>
/// <param name="HealthCommand">Answers 0 once the service is ready.</param>
public sealed record PlannedService(
    string Name, string Image, int Port, IReadOnlyDictionary<string, string> Environment, string HealthCommand,
    Basis Basis)
{
    /// <summary>The variables through which the code learns of it; the values in <see cref="PlannedJob.Environment"/> are for a service on <c>localhost</c>.</summary>
    public IReadOnlyList<string> Variables { get; init; } = [];
}
