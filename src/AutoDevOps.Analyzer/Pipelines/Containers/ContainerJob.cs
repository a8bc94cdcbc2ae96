namespace AutoDevOps.Analyzer.Pipelines.Containers;

/// <summary>A planned job as the vendors see it that run every job in a container.</summary>
/// <param name="Id">Unique in the pipeline, safe as an identifier: <c>[a-z][a-z0-9-]*</c>.</param>
/// <param name="Image">Without the tag.</param>
/// <param name="Tags">More than one makes a matrix.</param>
/// <param name="SetUp">What brings the programs that the image lacks; to be run as root, from anywhere.</param>
internal sealed record ContainerJob(string Id, PlannedJob Plan, string Image, IReadOnlyList<string> Tags, IReadOnlyList<PlannedStep> SetUp)
{
    /// <summary>Variables that lead the package manager's cache to a place below the repository's root; the values start there.</summary>
    public IReadOnlyList<(string Name, string Folder)> CacheEnvironment { get; init; } = [];

    /// <summary>What to keep between runs, from the repository's root; none where nothing says when it is stale.</summary>
    public IReadOnlyList<string> CachePaths { get; init; } = [];

    /// <summary>The files whose change makes the cache stale; some where <see cref="CachePaths"/> are.</summary>
    public IReadOnlyList<string> CacheKeys { get; init; } = [];

    /// <inheritdoc cref="Runtimes.ContainerSetup.StartsItsTool"/>
    public bool StartsItsTool { get; init; }

    public bool HasMatrix => Tags.Count > 1;

    public string Title => YamlText.Comment(Plan.Title);

    public IEnumerable<string> Images => Tags.Select(tag => $"{Image}:{tag}");

    public Basis RuntimeBasis => Plan.Runtime?.Basis ?? Basis.None;

    /// <summary>What distinguishes the cache from those of other package managers with the same file.</summary>
    public string CachePrefix => Plan.Runtime?.PackageManager?.Name ?? Plan.Component.Ecosystem;

    /// <summary>Where commands are told of services, the cache left aside.</summary>
    /// <param name="host">By which name the vendor makes a service reachable.</param>
    public SortedDictionary<string, string> ServiceEnvironment(Func<PlannedService, string> host)
    {
        var environment = new SortedDictionary<string, string>(Plan.Environment.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (var service in Plan.Services)
        {
            foreach (var variable in service.Variables.Where(environment.ContainsKey))
            {
                if (ServiceCatalog.ValueOf(variable, service, host(service)) is { } value)
                {
                    environment[variable] = value;
                }
            }
        }

        return environment;
    }

    /// <summary>The variables of the job.</summary>
    /// <param name="root">How the vendor says where the repository is checked out.</param>
    public SortedDictionary<string, string> Environment(string root, Func<PlannedService, string> host)
    {
        var environment = ServiceEnvironment(host);
        foreach (var (name, folder) in CacheEnvironment)
        {
            environment[name] = folder.Contains('/') ? $"{root}/{folder}" : folder;
        }

        return environment;
    }

    /// <summary>Waits until a service takes connections. What needs longer than that to be ready listens on no port of the network before.</summary>
    public static string WaitFor(PlannedService service, string host) =>
        $"timeout 120 bash -c 'until (exec 3<>/dev/tcp/{host}/{service.Port}) 2>/dev/null; do sleep 1; done'";

    /// <summary>The reports that are JUnit's kind of XML, as far as their name says so.</summary>
    public IEnumerable<string> TestReports => Plan.Reports.Where(report => ReportKinds.Of(report) == ReportKind.JUnit);
}

internal enum ReportKind
{
    Other,
    JUnit,
    Cobertura,
    VsTest,
}

/// <summary>What a report is, by its name: XML that is not about coverage is JUnit's, since only options that write such are looked for.</summary>
internal static class ReportKinds
{
    private static readonly string[] CoverageWords = ["cov", "cobertura", "jacoco", "clover"];

    public static ReportKind Of(string path) => path switch
    {
        _ when path.EndsWith(".trx", StringComparison.Ordinal) => ReportKind.VsTest,
        _ when !path.EndsWith(".xml", StringComparison.Ordinal) => ReportKind.Other,
        _ when path.Contains("cobertura", StringComparison.OrdinalIgnoreCase) || path is "coverage.xml" || path.EndsWith("/coverage.xml", StringComparison.Ordinal) => ReportKind.Cobertura,
        _ => CoverageWords.Any(word => path.Contains(word, StringComparison.OrdinalIgnoreCase)) ? ReportKind.Other : ReportKind.JUnit,
    };
}
