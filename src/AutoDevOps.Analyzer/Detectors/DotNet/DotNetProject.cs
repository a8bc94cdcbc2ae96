namespace AutoDevOps.Analyzer.Detectors.DotNet;

/// <summary>A C#, F# or Visual Basic project with the properties that it inherits from <c>Directory.Build.props</c>, <c>.targets</c> and <c>Directory.Packages.props</c>.</summary>
/// <param name="shared">Every properties and targets file of the repository: which of them a project imports is not evaluated.</param>
internal sealed class DotNetProject(MsBuildFile project, IReadOnlyList<MsBuildFile> inherited, IReadOnlyList<MsBuildFile> shared)
{
    private static readonly string[] TestPackages = ["Microsoft.NET.Test.Sdk", "xunit", "xunit.v3", "xunit.v3.mtp-v2", "NUnit", "MSTest", "MSTest.TestFramework", "TUnit", "Expecto", "Fixie"];

    public SnapshotFile File => project.File;

    public string Folder => project.File.Directory;

    public string Name => Path.GetFileNameWithoutExtension(project.File.Name);

    public MsBuildFile Xml => project;

    /// <summary>Whether it may be built for Windows on another system.</summary>
    public bool AllowsWindowsEverywhere => inherited.Prepend(project).Any(file => file.Is("EnableWindowsTargeting", "true"));

    /// <summary>Where it says that it holds tests, or null.</summary>
    public Evidence? Test
    {
        get
        {
            if (project.Is("IsTestProject", "false"))
            {
                return null;
            }

            foreach (var (value, line) in project.Properties("IsTestProject").Where(found => found.Value.Equals("true", StringComparison.OrdinalIgnoreCase)))
            {
                return Cite.At(File, line);
            }

            foreach (var (name, line) in project.Items("PackageReference").Where(item => TestPackages.Contains(item.Name, StringComparer.OrdinalIgnoreCase)))
            {
                return Cite.At(File, line);
            }

            if (project.Sdk?.StartsWith("MSTest.Sdk", StringComparison.Ordinal) == true)
            {
                return Cite.At(File, 1);
            }

            // Shared properties often add the test packages to every project whose name ends in Tests.
            return Name.EndsWith("Tests", StringComparison.Ordinal) || Name.EndsWith(".Test", StringComparison.Ordinal) || Name.EndsWith(".Specs", StringComparison.Ordinal)
                ? shared.SelectMany(file => file.Items("PackageReference").Where(item => TestPackages.Contains(item.Name, StringComparer.OrdinalIgnoreCase))
                    .Select(item => Cite.At(file.File, item.Line))).FirstOrDefault()
                : null;
        }
    }

    /// <summary>The target frameworks, with the place that says so; the project's own before inherited ones.</summary>
    public (IReadOnlyList<string> Names, Evidence Place)? Frameworks
    {
        get
        {
            foreach (var file in inherited.Prepend(project))
            {
                var found = file.Properties("TargetFrameworks").Concat(file.Properties("TargetFramework")).FirstOrDefault(value => value.Value.Length > 0 && !value.Value.Contains("$(", StringComparison.Ordinal));
                if (found.Value is not null)
                {
                    return ([.. found.Value.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)], Cite.At(file.File, found.Line));
                }
            }

            return null;
        }
    }

    public IEnumerable<string> Packages => project.Items("PackageReference").Select(item => item.Name);

    /// <summary>The paths of the projects that it is built with.</summary>
    public IEnumerable<string> References => project.Items("ProjectReference").Select(item => RepositoryPath.Combine(Folder, item.Name)).OfType<string>();

    /// <summary>Where a package is referenced, or null.</summary>
    public Evidence? Package(string name)
    {
        var found = project.Items("PackageReference").FirstOrDefault(item => item.Name == name);
        return found.Name is null ? null : Cite.At(File, found.Line);
    }
}
