using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Detectors.DotNet;

/// <summary>What <c>dotnet</c> is pointed at in a folder: a solution with its projects, or a project of its own.</summary>
/// <param name="File">The solution or project.</param>
/// <param name="IsOnly">Whether the folder holds no other, so that the command line need not name it.</param>
internal sealed record DotNetTarget(SnapshotFile File, bool IsOnly, IReadOnlyList<DotNetProject> Projects)
{
    /// <summary>Where one of them says that it is for Windows, if nothing allows to build it elsewhere.</summary>
    public Evidence? ForWindows { get; init; }

    public bool IsSolution => File.Extension is ".sln" or ".slnx";

    public string Folder => File.Directory;
}

/// <summary>Groups projects by the solution that holds them.</summary>
internal sealed partial class DotNetSolutions(DetectionContext context, FileIndex files)
{
    private readonly Dictionary<string, MsBuildFile?> _xml = new(StringComparer.Ordinal);

    private List<MsBuildFile>? _shared;

    public IReadOnlyList<DotNetTarget> Find()
    {
        var projects = context.Snapshot.Files.Where(file => IsProject(file) && !RepositoryPath.IsSample(file.Directory) && Xml(file)?.NamesItsSdk == true).Select(Project).OfType<DotNetProject>().ToList();
        var targets = new List<DotNetTarget>();
        foreach (var folder in context.Snapshot.Files.Where(IsSolution).Where(file => !RepositoryPath.IsSample(file.Directory)).GroupBy(file => file.Directory).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            // A solution inside the folder of another is a view on a part of it.
            if (targets.Exists(target => RepositoryPath.IsWithin(folder.Key, target.Folder)))
            {
                continue;
            }

            if (Choose(folder.Key, [.. folder]) is { } solution && IsForDotNet(solution))
            {
                var listed = Listed(solution).ToHashSet(StringComparer.OrdinalIgnoreCase);
                var own = projects.Where(project => listed.Contains(project.File.Path)).ToList();
                if (!IsRead(new(solution, IsOnly: false, own)))
                {
                    continue;
                }

                targets.Add(new(solution, MsBuildFilesIn(folder.Key) == 1, own) { ForWindows = ForWindows(listed.Select(context.Snapshot.Find).OfType<SnapshotFile>().Where(IsProject)) });
                projects.RemoveAll(project => RepositoryPath.IsWithin(project.Folder, folder.Key));
            }
        }

        foreach (var group in projects.GroupBy(project => project.Folder).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            if (targets.Exists(target => RepositoryPath.IsWithin(group.Key, target.Folder)))
            {
                continue;
            }

            foreach (var project in group)
            {
                targets.Add(new(project.File, group.Count() == 1, [project]) { ForWindows = ForWindows([project.File]) });
            }
        }

        return targets;
    }

    /// <summary>Of several solutions the one that existing CI names, else the only one whose name is not a filtered view; null after abstaining.</summary>
    private SnapshotFile? Choose(string folder, IReadOnlyList<SnapshotFile> solutions)
    {
        // During a migration both formats of one solution lie side by side.
        var distinct = solutions.GroupBy(file => Path.GetFileNameWithoutExtension(file.Name), StringComparer.Ordinal)
            .Select(group => group.OrderByDescending(file => file.Extension.Length).FirstOrDefault(file => group.Count() == 1 || file.Extension == ".sln" || IsNewSdk(file)) ?? group.First()).ToList();
        if (distinct.Count == 1)
        {
            return distinct[0];
        }

        foreach (var verb in new[] { "dotnet test", "dotnet build", "" })
        {
            var named = distinct.Where(file => context.Ci.Any(ci => ci.Steps.Any(step => IsNamed(step.Run, verb, file.Name)))).ToList();
            if (named.Count == 1)
            {
                return named[0];
            }
        }

        context.Abstain(RepositoryPath.ToModel(folder), "build", $"{distinct.Count} solutions lie side by side ({string.Join(", ", distinct.Select(file => file.Name).Where(Commands.SafeName.IsSafe).Take(5))}), and existing CI does not choose one");
        return null;
    }

    /// <summary>Whether <c>dotnet</c> can build all of a solution; else it abstains, and its projects are looked at one by one.</summary>
    private bool IsForDotNet(SnapshotFile solution)
    {
        var others = Listed(solution).Where(path => OtherProject().IsMatch(path) || (context.Snapshot.Find(path) is { } file && IsProject(file) && Xml(file)?.NamesItsSdk == false)).ToList();
        if (others.Count > 0)
        {
            context.Abstain(
                RepositoryPath.ToModel(solution.Directory), "build",
                Commands.SafeName.IsSafe(solution.Name) ? $"{solution.Name} holds projects for MSBuild of Visual Studio, which `dotnet` does not build" : "a solution holds projects for MSBuild of Visual Studio, which `dotnet` does not build");
        }

        return others.Count == 0;
    }

    /// <summary>The XML form of a solution needs SDK 9.0.200; with an older one its projects are looked at one by one.</summary>
    private bool IsRead(DotNetTarget target)
    {
        if (target.File.Extension != ".slnx" || DotNetVersions.Find(context, target) is not { } sdk || DotNetVersions.Major(sdk) >= 9)
        {
            return true;
        }

        context.Abstain(
            RepositoryPath.ToModel(target.Folder), "build",
            $"{(Commands.SafeName.IsSafe(target.File.Name) ? target.File.Name : "a solution")} is read by the SDK from 9.0.200 on, and {sdk.Source} says {sdk.Versions[^1]}");
        return false;
    }

    /// <summary>A project for Windows is restored on Linux only if it, or a file it shares, sets <c>EnableWindowsTargeting</c> (NETSDK1100).</summary>
    private Evidence? ForWindows(IEnumerable<SnapshotFile> projects) =>
        projects.Select(Project).OfType<DotNetProject>().Where(project => !project.AllowsWindowsEverywhere)
            .Select(project => project.Xml.Properties("TargetFramework").Concat(project.Xml.Properties("TargetFrameworks")).FirstOrDefault(found => found.Value.Contains("-windows", StringComparison.Ordinal)) is { Line: > 0 } found ? Cite.At(project.File, found.Line) : null)
            .FirstOrDefault(place => place is not null);

    private bool IsNewSdk(SnapshotFile solution) =>
        DotNetVersions.Find(context, new(solution, IsOnly: false, [.. Listed(solution).Select(context.Snapshot.Find).OfType<SnapshotFile>().Where(IsProject).Select(Project).OfType<DotNetProject>()])) is not { } sdk || DotNetVersions.Major(sdk) >= 9;

    private static bool IsNamed(string? run, string verb, string name) =>
        run is not null && run.Contains(verb, StringComparison.Ordinal)
        && run.Split([' ', '/', '\\', '"', '\''], StringSplitOptions.RemoveEmptyEntries).Contains(name);

    private int MsBuildFilesIn(string folder) => files.In(folder).Count(file => IsSolution(file) || IsProject(file));

    private IEnumerable<string> Listed(SnapshotFile solution)
    {
        var paths = solution.Extension == ".slnx"
            ? Xml(solution)?.Items("Project", "Path").Select(item => item.Name) ?? []
            : solution.Lines().Select(line => SolutionEntry().Match(line.Text)).Where(match => match.Success).Select(match => match.Groups["path"].Value);
        return paths.Select(path => RepositoryPath.Combine(solution.Directory, path)).OfType<string>();
    }

    private DotNetProject? Project(SnapshotFile file)
    {
        if (Xml(file) is not { } xml)
        {
            return null;
        }

        // MSBuild imports the nearest of each only; reading all upwards sees what a chain of imports would. Central package management imports
        // its file before the project too, and any property may stand in it.
        var inherited = RepositoryPath.Upwards(file.Directory)
            .SelectMany(folder => new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props" }.Select(name => context.Snapshot.Find(RepositoryPath.File(folder, name))))
            .OfType<SnapshotFile>().Select(Xml).OfType<MsBuildFile>();
        _shared ??= [.. context.Snapshot.Files.Where(other => other.Extension is ".props" or ".targets" && !RepositoryPath.IsSample(other.Directory)).Select(Xml).OfType<MsBuildFile>()];
        return new(xml, [.. inherited], _shared);
    }

    private MsBuildFile? Xml(SnapshotFile file)
    {
        if (!_xml.TryGetValue(file.Path, out var xml))
        {
            _xml.Add(file.Path, xml = MsBuildFile.Read(file));
        }

        return xml;
    }

    private static bool IsSolution(SnapshotFile file) => file.Extension is ".sln" or ".slnx";

    private static bool IsProject(SnapshotFile file) => file.Extension is ".csproj" or ".fsproj" or ".vbproj";

    [GeneratedRegex("""^Project\("\{[0-9A-Fa-f-]+\}"\)\s*=\s*"[^"]*",\s*"(?<path>[^"]+\.(cs|fs|vb|vcx|vc|vd)proj)",""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex SolutionEntry();

    /// <summary>Of C++ and of installers.</summary>
    [GeneratedRegex(@"\.(vcx|vc|vd)proj$", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex OtherProject();
}
