using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Java;

/// <summary>The code of a build on the Java virtual machine: in which language most of it is, and whether it has tests.</summary>
internal sealed class JvmSources
{
    private static readonly string[] Extensions = [".java", ".kt", ".groovy", ".scala"];

    /// <param name="nested">The folders of other builds further down, whose code is theirs.</param>
    public JvmSources(DetectionContext context, string folder, IReadOnlySet<string> nested)
    {
        foreach (var file in context.Snapshot.Under(folder).Where(file => Extensions.Contains(file.Extension) && !IsIn(file, nested)))
        {
            var module = ModuleOf(file.Directory);
            if (RepositoryPath.IsSample(module) || IsBuildLogic(module))
            {
                continue;
            }

            if (IsTest(file, module))
            {
                Test ??= Cite.File(file);
            }
            else
            {
                Source ??= Cite.File(file);
            }

            Kotlin += file.Extension == ".kt" ? 1 : 0;
            Java += file.Extension == ".java" ? 1 : 0;
        }
    }

    /// <summary>The first file of tests.</summary>
    public Evidence? Test { get; }

    /// <summary>The first file that is not of tests.</summary>
    public Evidence? Source { get; }

    public int Kotlin { get; }

    public int Java { get; }

    /// <summary>Whether a file lies in one of some folders, at any depth.</summary>
    public static bool IsIn(SnapshotFile file, IReadOnlySet<string> folders) => folders.Count > 0 && RepositoryPath.Upwards(file.Directory).Any(folders.Contains);

    /// <summary>The folder of the module that a file belongs to: what stands before <c>src</c>. Below it folders are packages, and
    /// <c>com/example</c> is no example.</summary>
    public static string ModuleOf(string folder)
    {
        var path = "/" + folder + "/";
        var source = path.IndexOf("/src/", StringComparison.Ordinal);
        return source < 0 ? folder : path[..source].Trim('/');
    }

    /// <summary>Whether a module holds plugins of the build itself.</summary>
    public static bool IsBuildLogic(string folder) => folder.Split('/').Any(part => part is "buildSrc" or "build-logic" or "build-conventions" or "build-plugins" or "buildLogic");

    private static bool IsTest(SnapshotFile file, string module)
    {
        // src/test, src/jvmTest, src/integrationTest
        var below = file.Path[module.Length..].TrimStart('/').Split('/');
        return below is ["src", var set, _, ..] && set.EndsWith("test", StringComparison.OrdinalIgnoreCase)
            || (below is not ["src", "main", ..] && PathRole.IsTest(file.Name) && !file.Name.StartsWith("test_", StringComparison.Ordinal))
            || (below is ["test", ..] && file.Extension is ".kt" or ".java");
    }
}
