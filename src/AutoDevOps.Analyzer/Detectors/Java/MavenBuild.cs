using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.Java;

/// <summary>A Maven project that no other builds: an aggregator with its modules, or a single one.</summary>
internal sealed class MavenBuild : IJvmBuild
{
    /// <summary>Where the release that the code is compiled for is said, in the order in which the compiler plugin takes it; last the property
    /// that Spring Boot's parent sets the others from.</summary>
    private static readonly string[] ReleaseProperties =
        ["maven.compiler.release", "maven.compiler.testRelease", "java.version", "maven.compiler.target", "maven.compiler.source"];

    private readonly PomFile _root;
    private readonly IReadOnlyList<PomFile> _poms;
    private readonly MavenCommands _commands;

    private MavenBuild(DetectionContext context, FileIndex files, PomFile root, IReadOnlyList<PomFile> poms, IReadOnlySet<string> nested)
    {
        _root = root;
        _poms = poms;
        Sources = new(context, root.Folder, nested);
        var wrapper = Wrapper.Maven(context, files, root.Folder);
        Manager = new("maven", wrapper?.Version, null, 0.98, [root.Place, .. wrapper?.VersionPlace is { } place ? [place] : Array.Empty<Evidence>()]);
        Version = JavaVersions.Find(context, root.Folder, Toolchain(), Release());
        Dependencies = [.. poms.SelectMany(pom => pom.Dependencies.Select(dependency => (dependency.Name, Cite.At(pom.File, dependency.Line))))];
        _commands = new(context, root, poms, wrapper, Sources);
    }

    public string Folder => _root.Folder;

    public string Name => _root.ArtifactId is { Length: > 0 } name ? name : Folder.Length == 0 ? "root" : Path.GetFileName(Folder);

    public PackageManager Manager { get; }

    public JvmSources Sources { get; }

    public RuntimeVersion? Version { get; }

    public IReadOnlyList<(string Name, Evidence Place)> Dependencies { get; }

    public IEnumerable<CommandCandidate> Candidates() => _commands.Candidates();

    public ResolvedCommand? Resolve(ShellCommand command) => _commands.Resolve(command);

    /// <summary>Every build of a repository, in the order of their folders. What lies below an aggregator is built by it, or on purpose by nobody.</summary>
    public static IReadOnlyList<MavenBuild> Find(DetectionContext context, FileIndex files)
    {
        var poms = context.Snapshot.Named("pom.xml").Where(file => IsProject(file.Directory)).Select(file => PomFile.Read(file)).OfType<PomFile>()
            .OrderBy(pom => pom.Folder, StringComparer.Ordinal).ToList();
        var aggregators = poms.Where(pom => pom.Modules.Count > 0).Select(pom => pom.Folder).ToHashSet(StringComparer.Ordinal);
        var modules = poms.SelectMany(pom => pom.Modules).ToHashSet(StringComparer.Ordinal);
        var roots = poms.Where(pom => !modules.Contains(pom.Folder) && (pom.Folder.Length == 0 || !RepositoryPath.Upwards(RepositoryPath.Parent(pom.Folder)).Any(aggregators.Contains))).ToList();
        var builds = new List<MavenBuild>();
        foreach (var root in roots)
        {
            var nested = roots.Where(other => other != root && RepositoryPath.IsWithin(other.Folder, root.Folder)).Select(other => other.Folder).ToHashSet(StringComparer.Ordinal);
            var own = poms.Where(pom => RepositoryPath.IsWithin(pom.Folder, root.Folder) && !JvmSources.IsIn(pom.File, nested)).ToList();
            builds.Add(new(context, files, root, own, nested));
        }

        return builds;
    }

    /// <summary>Projects below <c>src</c> are material for tests of plugins, or archetypes.</summary>
    private static bool IsProject(string folder) => !RepositoryPath.IsSample(folder) && JvmSources.ModuleOf(folder) == folder && !folder.Split('/').Any(part => part is "src" or "archetype-resources" or "target");

    /// <summary>The JDK that maven-toolchains-plugin looks for, or that maven-enforcer-plugin insists on.</summary>
    private RuntimeVersion? Toolchain() =>
        Plugin("maven-toolchains-plugin", "version") ?? Plugin("maven-enforcer-plugin", "requireJavaVersion");

    private RuntimeVersion? Plugin(string artifact, string element)
    {
        var found = _root.PluginValue(artifact, element);
        return found is null || VersionRange.LowerBounds(found.Value.Value.Trim('[', '(', ')', ']').Split(',')[0], 2) is not [var bound, ..] ? null
            : JavaVersions.Of(_root.File, found.Value.Line, bound, 0.9);
    }

    private RuntimeVersion? Release()
    {
        foreach (var pom in _poms)
        {
            foreach (var name in ReleaseProperties)
            {
                if (pom.Property(name) is { } property && JavaVersions.Of(pom.File, property.Line, property.Value, 0.85) is { } version)
                {
                    return name.EndsWith("elease", StringComparison.Ordinal) ? JavaVersions.WithReleaseOption(version) : version;
                }
            }

            foreach (var element in new[] { "release", "target", "source" })
            {
                if (pom.PluginValue("maven-compiler-plugin", element) is { } value && JavaVersions.Of(pom.File, value.Line, value.Value, 0.8) is { } version)
                {
                    return element == "release" ? JavaVersions.WithReleaseOption(version) : version;
                }
            }
        }

        return null;
    }
}
