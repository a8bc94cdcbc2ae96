using System.Collections.Frozen;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Shell;

/// <summary>A repository that is mainly shell: no project of another language in it, and no other code than scripts to speak of.</summary>
internal sealed class ShellProject
{
    private static readonly FrozenSet<string> Code = new[]
    {
        ".c", ".cc", ".cpp", ".cs", ".dart", ".ex", ".exs", ".go", ".hs", ".java", ".js", ".jsx", ".kt", ".lua", ".m", ".ml", ".mjs", ".nix", ".php", ".pl", ".pm", ".ps1", ".py", ".r", ".rb", ".rs",
        ".scala", ".swift", ".tf", ".ts", ".tsx", ".vim", ".zig", ".el", ".clj", ".erl", ".jl", ".nim",
    }.ToFrozenSet(StringComparer.Ordinal);

    private ShellProject(IReadOnlyList<SnapshotFile> scripts, IReadOnlyList<SnapshotFile> tests)
    {
        Scripts = scripts;
        Tests = tests;
    }

    /// <summary>Scripts of sh and bash, by their extension or their first line.</summary>
    public IReadOnlyList<SnapshotFile> Scripts { get; }

    /// <summary>Files of Bats.</summary>
    public IReadOnlyList<SnapshotFile> Tests { get; }

    public static ShellProject? Find(RepositorySnapshot snapshot)
    {
        // The helpers of a tool may need a package or two from their own list.
        if (snapshot.Entries.Any(file => OtherManifests.IsOne(file) && !file.IsSample && (file.Directory.Length == 0 || !file.Name.StartsWith("requirements", StringComparison.Ordinal))))
        {
            return null;
        }

        var files = snapshot.Files.Where(file => !file.IsSample && !file.Path.StartsWith(".github/", StringComparison.Ordinal)).ToList();
        var scripts = files.Where(IsScript).ToList();
        var tests = files.Where(file => file.Extension == ".bats").ToList();
        var others = files.Count(file => Code.Contains(file.Extension));
        var isImage = files.Exists(Dockerfile.IsPath) && tests.Count == 0;

        // The entry points of an image are part of it.
        return scripts.Count + tests.Count > others && scripts.Count + tests.Count >= (isImage ? 4 : 1) && scripts.Count > 0 ? new(scripts, tests) : null;
    }

    private static bool IsScript(SnapshotFile file)
    {
        if (file.Extension is ".sh" or ".bash")
        {
            return true;
        }

        if (file.Extension.Length > 0 || !file.Text.StartsWith("#!", StringComparison.Ordinal))
        {
            return false;
        }

        var end = file.Text.IndexOf('\n', StringComparison.Ordinal);
        var program = (end < 0 ? file.Text : file.Text[..end]).Split([' ', '/', '\r'], StringSplitOptions.RemoveEmptyEntries);
        return program.Any(word => word is "sh" or "bash" or "dash" or "ksh");
    }
}
