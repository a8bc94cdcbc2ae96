using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Detectors.Rust;

/// <summary>Finds the first test of a project; without one there is nothing to run.</summary>
internal static partial class RustTests
{
    private const int MaxBytes = 1_000_000;

    /// <summary>A file in a <c>tests</c> folder beside a manifest, which Cargo builds as a test, or else a function marked as one.</summary>
    public static Evidence? Find(CargoProject project)
    {
        var folders = project.Members.Select(member => RepositoryPath.File(member.Folder, "tests")).ToHashSet(StringComparer.Ordinal);
        return project.Sources.Where(file => folders.Contains(file.Directory)).Select(Cite.File).FirstOrDefault() ?? First(project, Test());
    }

    /// <summary>An example in the documentation of a library, which Cargo compiles and runs.</summary>
    public static Evidence? FindDocumentation(CargoProject project)
    {
        var libraries = project.Members.Where(member => project.Sources.Any(file => file.Path == RepositoryPath.File(member.Folder, "src/lib.rs"))).Select(member => RepositoryPath.File(member.Folder, "src")).ToList();
        return libraries.Count == 0 ? null : First(project, Example(), file => libraries.Exists(folder => RepositoryPath.IsWithin(file.Directory, folder)));
    }

    private static Evidence? First(CargoProject project, Regex pattern, Predicate<SnapshotFile>? isWanted = null)
    {
        foreach (var file in project.Sources.Where(file => file.Size < MaxBytes && (isWanted is null || isWanted(file))))
        {
            if (pattern.IsMatch(file.Text))
            {
                return Cite.At(file, file.Lines().First(line => pattern.IsMatch(line.Text)).Number);
            }
        }

        return null;
    }

    // #[test], #[tokio::test(flavor = "x")], #[rstest]; not #[cfg(test)] alone.
    [GeneratedRegex(@"#\[([a-z_]+::)*(test|rstest|test_case|wasm_bindgen_test|quickcheck)\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Test();

    [GeneratedRegex(@"^\s*//[/!]\s*```(rust)?\s*$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Example();
}
