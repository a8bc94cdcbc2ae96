namespace AutoDevOps.Analyzer.Detectors.DotNet;

/// <summary>Recognises tests that put a database in memory in the place of the real one: beside them a pipeline needs none.</summary>
/// <remarks>The packages are Entity Framework Core's providers for that purpose (Microsoft Learn, "Testing without your production database
/// system").</remarks>
internal static class InMemoryDatabases
{
    /// <summary>Projects whose references are followed.</summary>
    private const int MaxFollowed = 100;

    private static readonly string[] Providers = ["Microsoft.EntityFrameworkCore.InMemory", "Microsoft.EntityFrameworkCore.Sqlite"];

    /// <summary>The projects whose packages may speak for a service: all, with those that a test project of its own references, or the test
    /// projects alone where one of these has such a provider. A target without tests is tested by those of the others.</summary>
    /// <param name="all">The projects of all targets by their paths.</param>
    public static IEnumerable<DotNetProject> Speaking(DetectionContext context, DotNetTarget target, IReadOnlyDictionary<string, DotNetProject> all)
    {
        var own = target.Projects.Where(project => project.Test is not null).ToList();
        var tests = own.Count > 0 ? own : all.Values.Where(project => project.Test is not null);
        var place = tests.SelectMany(project => Providers.Select(project.Package)).FirstOrDefault(found => found is not null);
        if (place is null)
        {
            return own.Count > 0 && !target.IsSolution ? WithReferences(target.Projects, all) : target.Projects;
        }

        context.Abstain(RepositoryPath.ToModel(target.Folder), "services", $"tests put a database in memory in the place of the real one ({place.Path}:{place.Line}), so that only what they depend on themselves is started");
        return own;
    }

    /// <summary>The projects, and what they lead to, each once.</summary>
    private static List<DotNetProject> WithReferences(IReadOnlyList<DotNetProject> projects, IReadOnlyDictionary<string, DotNetProject> all)
    {
        List<DotNetProject> found = [.. projects];
        var seen = found.Select(project => project.File.Path).ToHashSet(StringComparer.OrdinalIgnoreCase);
        for (var at = 0; at < Math.Min(found.Count, MaxFollowed); at++)
        {
            found.AddRange(found[at].References.Where(path => all.ContainsKey(path) && seen.Add(path)).Select(path => all[path]).ToList());
        }

        return found;
    }
}
