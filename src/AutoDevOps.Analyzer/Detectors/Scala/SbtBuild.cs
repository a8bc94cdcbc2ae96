using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors.Java;

namespace AutoDevOps.Analyzer.Detectors.Scala;

/// <summary>An sbt build with all of its projects. Its files are programs in Scala; they are read, never run.</summary>
internal sealed partial class SbtBuild
{
    private readonly List<(string Name, Evidence Place)> _plugins = [];
    private readonly List<(string Name, Evidence Place)> _dependencies = [];

    private SbtBuild(DetectionContext context, string folder, SnapshotFile definition, IReadOnlySet<string> nested)
    {
        Folder = folder;
        Definition = definition;
        Sources = new(context, folder, nested);
        foreach (var file in context.Snapshot.Under(folder).Where(file => IsDefinition(file, folder) && !RepositoryPath.IsSample(JvmSources.ModuleOf(file.Directory)) && !JvmSources.IsIn(file, nested)))
        {
            Read(file);
        }

        if (context.Snapshot.Find(RepositoryPath.File(folder, "project/build.properties")) is { } properties)
        {
            foreach (var (number, text) in properties.Lines())
            {
                if (SbtVersion().Match(text) is { Success: true } match)
                {
                    (Version, VersionPlace) = (match.Groups["version"].Value, Cite.At(properties, number));
                }
            }
        }
    }

    public string Folder { get; }

    public SnapshotFile Definition { get; }

    public JvmSources Sources { get; }

    public string? Name { get; private set; }

    /// <summary>The version of sbt that <c>project/build.properties</c> asks for.</summary>
    public string? Version { get; }

    public Evidence? VersionPlace { get; }

    /// <summary>Dependencies as <c>group:artifact</c>, without the version of Scala in their names.</summary>
    public IReadOnlyList<(string Name, Evidence Place)> Dependencies => _dependencies;

    /// <summary>Where one of some sbt plugins is added, by the last part of its name; null if none is.</summary>
    public Evidence? Plugin(params ReadOnlySpan<string> names)
    {
        foreach (var (name, place) in _plugins)
        {
            if (names.Contains(name))
            {
                return place;
            }
        }

        return null;
    }

    /// <summary>Every build of a repository. A folder with a definition inside another build is one of its projects.</summary>
    public static IReadOnlyList<SbtBuild> Find(DetectionContext context)
    {
        var definitions = context.Snapshot.Named("build.sbt").Concat(context.Snapshot.Named("build.properties").Where(file => file.Directory.Split('/')[^1] == "project" && file.Text.Contains("sbt.version", StringComparison.Ordinal)))
            .Select(file => (File: file, Folder: file.Name == "build.sbt" ? file.Directory : RepositoryPath.Parent(file.Directory)))
            .Where(found => !RepositoryPath.IsSample(found.Folder) && !found.Folder.Split('/').Any(part => part is "src" or "sbt-test" or "project"))
            .GroupBy(found => found.Folder).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => group.First()).ToList();
        var folders = definitions.Select(found => found.Folder).ToHashSet(StringComparer.Ordinal);
        var roots = definitions.Where(found => found.Folder.Length == 0 || !RepositoryPath.Upwards(RepositoryPath.Parent(found.Folder)).Any(folders.Contains)).ToList();
        return [.. roots.Select(root => new SbtBuild(context, root.Folder, root.File, roots.Where(other => other.Folder != root.Folder && RepositoryPath.IsWithin(other.Folder, root.Folder)).Select(other => other.Folder).ToHashSet(StringComparer.Ordinal)))];
    }

    private static bool IsDefinition(SnapshotFile file, string folder) =>
        file.Extension == ".sbt" || (file.Extension == ".scala" && file.Directory == RepositoryPath.File(folder, "project"));

    private void Read(SnapshotFile file)
    {
        foreach (var (number, text) in file.Lines())
        {
            var line = Comment().Replace(text, "");
            if (line.Length > 2000)
            {
                continue;
            }

            foreach (Match match in Coordinates().Matches(line))
            {
                if (line.Contains("addSbtPlugin", StringComparison.Ordinal))
                {
                    _plugins.Add((match.Groups["name"].Value, Cite.At(file, number)));
                }
                else
                {
                    _dependencies.Add(($"{match.Groups["group"].Value}:{match.Groups["name"].Value}", Cite.At(file, number)));
                }
            }

            if (Name is null && file.Directory == Folder && ProjectName().Match(line) is { Success: true } name)
            {
                Name = name.Groups["name"].Value;
            }
        }
    }

    [GeneratedRegex(@"(^|\s)//.*$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Comment();

    [GeneratedRegex("""["](?<group>[A-Za-z0-9_.-]+)"\s*%{1,3}\s*"(?<name>[A-Za-z0-9_.-]+)"\s*%""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Coordinates();

    [GeneratedRegex("""^\s*(ThisBuild\s*/\s*)?name\s*:=\s*"(?<name>[^"$]{1,100})["]""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex ProjectName();

    [GeneratedRegex(@"^\s*sbt\.version\s*=\s*(?<version>[0-9]+\.[0-9]+\.[0-9]+(-(RC|M)[0-9]+)?)\s*$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex SbtVersion();
}
