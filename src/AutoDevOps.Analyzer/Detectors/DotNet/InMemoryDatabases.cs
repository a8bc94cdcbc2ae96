namespace AutoDevOps.Analyzer.Detectors.DotNet;

/// <summary>Recognises tests that put a database in memory in the place of the real one: beside them a pipeline needs none.</summary>
/// <remarks>The packages are Entity Framework Core's providers for that purpose (Microsoft Learn, "Testing without your production database
/// system").</remarks>
internal static class InMemoryDatabases
{
    private static readonly string[] Providers = ["Microsoft.EntityFrameworkCore.InMemory", "Microsoft.EntityFrameworkCore.Sqlite"];

    /// <summary>The projects whose packages may speak for a service: all, or the test projects alone where one of these has such a
    /// provider. A target without tests is tested by those of the others.</summary>
    public static IEnumerable<DotNetProject> Speaking(DetectionContext context, DotNetTarget target, IReadOnlyList<DotNetTarget> all)
    {
        var own = target.Projects.Where(project => project.Test is not null).ToList();
        var tests = own.Count > 0 ? own : all.SelectMany(other => other.Projects).Where(project => project.Test is not null);
        var place = tests.SelectMany(project => Providers.Select(project.Package)).FirstOrDefault(found => found is not null);
        if (place is null)
        {
            return target.Projects;
        }

        context.Abstain(RepositoryPath.ToModel(target.Folder), "services", $"tests put a database in memory in the place of the real one ({place.Path}:{place.Line}), so that only what they depend on themselves is started");
        return own;
    }
}
