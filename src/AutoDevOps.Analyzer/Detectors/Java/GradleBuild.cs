using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.Java;

/// <summary>A Gradle build with all of its projects.</summary>
internal sealed partial class GradleBuild : IJvmBuild
{
    private static readonly string[] Roots = ["settings.gradle", "settings.gradle.kts", "build.gradle", "build.gradle.kts"];

    /// <summary>Plugins that compile nothing.</summary>
    private static readonly string[] NotCode =
        ["base", "distribution", "idea", "eclipse", "signing", "maven-publish", "org.asciidoctor", "org.antora", "org.jbake", "com.github.node-gradle", "com.gradle.", "org.gradle.toolchains"];

    private readonly GradleCommands _commands;
    private readonly List<(string Id, Evidence Place)> _plugins;
    private readonly VersionCatalog _catalog;

    private GradleBuild(DetectionContext context, FileIndex files, string folder, IReadOnlySet<string> nested)
    {
        Folder = folder;
        _catalog = new(context, folder);
        Sources = new(context, folder, nested);
        var scripts = context.Snapshot.Under(folder)
            .Where(file => IsScript(file) && !RepositoryPath.IsSample(JvmSources.ModuleOf(file.Directory)) && !JvmSources.IsIn(file, nested))
            .OrderBy(file => file.Directory == folder ? 0 : JvmSources.IsBuildLogic(file.Directory) ? 1 : 2).ThenBy(file => file.Path, StringComparer.Ordinal)
            .Select(GradleScript.Read).ToList();
        _plugins = [.. scripts.SelectMany(script => script.Plugins.Select(plugin => (_catalog.Plugin(plugin.Id), Cite.At(script.File, plugin.Line))))];
        Name = scripts.Select(script => script.ProjectName).FirstOrDefault(name => name is not null) ?? (folder.Length == 0 ? "root" : Path.GetFileName(folder));
        var wrapper = Wrapper.Gradle(context, files, folder);
        var place = Cite.File(scripts.First(script => script.File.Directory == folder).File);
        Manager = new("gradle", wrapper?.Version, files.Exists(folder, "gradle.lockfile") ? RepositoryPath.File(folder, "gradle.lockfile") : null, 0.98, [place, .. wrapper?.VersionPlace is { } version ? [version] : Array.Empty<Evidence>()]);
        Version = JavaVersions.Find(context, folder, Toolchain(scripts) ?? Daemon(context), Release(scripts));
        Dependencies =
        [
            .. scripts.SelectMany(script => script.Dependencies.Where(dependency => dependency.Name.Contains(':')).Select(dependency => (dependency.Name, Cite.At(script.File, dependency.Line)))),
            .. _catalog.Libraries,
            .. _plugins,
        ];
        _commands = new(context, folder, place, wrapper, Sources, _plugins);
    }

    public string Folder { get; }

    public string Name { get; }

    public PackageManager Manager { get; }

    public JvmSources Sources { get; }

    public RuntimeVersion? Version { get; }

    public IReadOnlyList<(string Name, Evidence Place)> Dependencies { get; }

    public IEnumerable<CommandCandidate> Candidates() => _commands.Candidates();

    public ResolvedCommand? Resolve(ShellCommand command) => _commands.Resolve(command);

    /// <summary>Every build of a repository that compiles something, in the order of their folders.</summary>
    public static IReadOnlyList<GradleBuild> Find(DetectionContext context, FileIndex files)
    {
        var folders = Roots.SelectMany(context.Snapshot.Named).Select(file => file.Directory).Distinct()
            .Where(folder => !RepositoryPath.IsSample(folder) && JvmSources.ModuleOf(folder) == folder && !JvmSources.IsBuildLogic(folder) && !folder.Split('/').Contains("src"))
            .Order(StringComparer.Ordinal).ToList();
        var mobile = folders.Where(folder => BelongsToMobileApp(context, folder)).ToList();
        var roots = new List<string>();
        foreach (var folder in folders.Except(mobile))
        {
            // A build inside another is one of its projects, unless it has settings and a launcher of its own.
            var isOwn = context.Snapshot.Find(RepositoryPath.File(folder, "gradlew")) is not null && Settings(context, folder) is not null;
            var around = roots.FindLast(root => RepositoryPath.IsWithin(folder, root));
            if (around is null || (isOwn && !IsIncluded(context, around, folder)))
            {
                roots.Add(folder);
            }
        }

        var builds = new List<GradleBuild>();
        foreach (var root in roots)
        {
            var build = new GradleBuild(context, files, root, roots.Concat(mobile).Where(other => other != root && RepositoryPath.IsWithin(other, root)).ToHashSet(StringComparer.Ordinal));
            if (build.Compiles)
            {
                builds.Add(build);
            }
            else
            {
                context.Abstain(RepositoryPath.ToModel(root), "build", $"the Gradle build of {build.Manager.Evidence[0].Path} compiles nothing: {(build.Sources.Source is null && build.Sources.Test is null ? "there is no source file" : "no plugin for a language is applied")}");
            }
        }

        return builds;
    }

    /// <summary>A plugin that is not known may bring a language.</summary>
    private bool Compiles =>
        (Sources.Source is not null || Sources.Test is not null) && _plugins.Any(plugin => !NotCode.Any(known => plugin.Id == known || (known.Contains('.') && plugin.Id.StartsWith(known, StringComparison.Ordinal))));

    /// <summary>The Android half of a Flutter or React Native application is built by that application's tools.</summary>
    private static bool BelongsToMobileApp(DetectionContext context, string folder)
    {
        var parts = folder.Split('/');
        var android = Array.IndexOf(parts, "android");
        if (android < 0)
        {
            return false;
        }

        var above = string.Join('/', parts[..android]);
        var package = context.Snapshot.Find(RepositoryPath.File(above, "package.json"))?.Text ?? "";
        return context.Snapshot.Find(RepositoryPath.File(above, "pubspec.yaml")) is not null
            || package.Contains("\"react-native\"", StringComparison.Ordinal) || package.Contains("\"@capacitor/", StringComparison.Ordinal);
    }

    private static SnapshotFile? Settings(DetectionContext context, string folder) =>
        context.Snapshot.Find(RepositoryPath.File(folder, "settings.gradle.kts")) ?? context.Snapshot.Find(RepositoryPath.File(folder, "settings.gradle"));

    private static bool IsIncluded(DetectionContext context, string root, string folder) =>
        Settings(context, root) is { } settings && GradleScript.Read(settings).IncludedBuilds.Exists(path => RepositoryPath.Combine(root, path) == folder);

    /// <summary>Also the classes of plugins that the build brings itself.</summary>
    private static bool IsScript(SnapshotFile file) =>
        file.Extension == ".gradle" || file.Name.EndsWith(".gradle.kts", StringComparison.Ordinal)
        || (file.Extension is ".kt" or ".groovy" or ".java" && JvmSources.IsBuildLogic(file.Directory));

    private RuntimeVersion? Toolchain(List<GradleScript> scripts) =>
        scripts.SelectMany(script => script.Toolchains.Select(toolchain => _catalog.Version(toolchain.Version) is { } known
                ? JavaVersions.Of(known.File, known.Line, known.Version, 0.95)
                : JavaVersions.Of(script.File, toolchain.Line, toolchain.Version, 0.95)))
            .OfType<RuntimeVersion>().MaxBy(version => Number(version));

    /// <summary>The JDK that Gradle itself is to run on ("Gradle Daemon", Daemon JVM criteria).</summary>
    private RuntimeVersion? Daemon(DetectionContext context)
    {
        if (context.Snapshot.Find(RepositoryPath.File(Folder, "gradle/gradle-daemon-jvm.properties")) is { } file)
        {
            foreach (var (number, text) in file.Lines())
            {
                if (DaemonVersion().Match(text) is { Success: true } match)
                {
                    return JavaVersions.Of(file, number, match.Groups["version"].Value, 0.93);
                }
            }
        }

        return null;
    }

    /// <summary>What the code is compiled for is what it runs on at least. Gradle and its plugins have long needed more than the oldest.</summary>
    private static RuntimeVersion? Release(List<GradleScript> scripts) =>
        scripts.SelectMany(script => script.Releases.Select(release => JavaVersions.Of(script.File, release.Line, release.Version, 0.75)))
            .OfType<RuntimeVersion>().MaxBy(version => Number(version)) is { } newest ? JavaVersions.WithReleaseOption(newest) : null;

    private static int Number(RuntimeVersion version) => int.Parse(version.Versions[0], System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\s*toolchainVersion\s*=\s*(?<version>[0-9]{1,2})\s*$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex DaemonVersion();
}
