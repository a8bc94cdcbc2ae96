using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.Zig;

/// <summary>What the literal parts of <c>build.zig</c> and <c>build.zig.zon</c> say; the first is a program, and not run.</summary>
internal sealed partial class ZigProject
{
    private ZigProject(SnapshotFile build) => Build = build;

    public SnapshotFile Build { get; }

    public string Folder => Build.Directory;

    public string Name => Declared ?? (Folder.Length == 0 ? "root" : Path.GetFileName(Folder));

    /// <summary>The manifest with the dependencies, or null.</summary>
    public SnapshotFile? Manifest { get; private init; }

    /// <summary>Where <c>build.zig</c> defines the step for tests, or null.</summary>
    public Evidence? TestStep { get; private set; }

    public (string Version, Evidence Place)? MinimumVersion { get; private set; }

    /// <summary>Where the manifest asks for a compiler that is not released, or null.</summary>
    public Evidence? Unreleased { get; private set; }

    /// <summary>The first dependency, or null.</summary>
    public Evidence? Dependency { get; private set; }

    private string? Declared { get; set; }

    public static ZigProject Read(DetectionContext context, SnapshotFile build)
    {
        var project = new ZigProject(build) { Manifest = context.Snapshot.Find(RepositoryPath.File(build.Directory, "build.zig.zon")) };
        foreach (var (number, text) in ProgramText.Lines(build, "//"))
        {
            if (Step().IsMatch(text))
            {
                project.TestStep ??= Cite.At(build, number);
            }
        }

        if (project.Manifest is { } manifest)
        {
            project.ReadManifest(manifest);
        }

        return project;
    }

    private void ReadManifest(SnapshotFile manifest)
    {
        foreach (var (number, text) in ProgramText.Lines(manifest, "//"))
        {
            if (NameLine().Match(text) is { Success: true } name)
            {
                Declared ??= name.Groups["name"].Value;
            }
            else if (MinimumLine().Match(text) is { Success: true } minimum)
            {
                MinimumVersion ??= (minimum.Groups["version"].Value, Cite.At(manifest, number));
            }
            else if (UnreleasedLine().IsMatch(text))
            {
                Unreleased ??= Cite.At(manifest, number);
            }
            else if (DependencyLine().IsMatch(text))
            {
                Dependency ??= Cite.At(manifest, number);
            }
        }
    }

    [GeneratedRegex("""\.step\(\s*"test"\s*,""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Step();

    [GeneratedRegex("""^\s*\.name\s*=\s*[."](?<name>[A-Za-z_][A-Za-z0-9_-]{0,63})"?,""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex NameLine();

    [GeneratedRegex("""^\s*\.minimum_zig_version\s*=\s*"(?<version>[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3})",""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex MinimumLine();

    [GeneratedRegex("""^\s*\.minimum_zig_version\s*=\s*"[0-9.]{1,12}-dev""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex UnreleasedLine();

    [GeneratedRegex("""^\s*\.url\s*=\s*"[a-z+]+:""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex DependencyLine();
}
