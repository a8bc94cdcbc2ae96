using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.Node;

/// <summary>Bun's own test runner, which no script needs to name: test files that import <c>bun:test</c> run under nothing else
/// (Bun documentation, "Test runner").</summary>
internal sealed partial class BunTests(RepositorySnapshot snapshot, NodePackage package, NodeScripts scripts)
{
    /// <summary>Test files that are looked into before it is taken that none is Bun's.</summary>
    private const int MaxFiles = 200;

    private const string Family = "bun test";

    /// <param name="tests">The test files of the package.</param>
    public IEnumerable<CommandCandidate> Candidates(IEnumerable<SnapshotFile> tests) =>
        !scripts.Mentions(CommandKind.Test) && Import(tests) is { } place
            ? [new(CommandKind.Test, Family, Family, package.Folder, CommandSource.ToolConfiguration, 0.85, [place])]
            : [];

    /// <summary>Takes over how CI calls it.</summary>
    public ResolvedCommand? Resolve(ShellCommand command, IEnumerable<SnapshotFile> tests) =>
        command.Words is ["bun", "test", .. var options] && options.All(NamesNothing) && Import(tests) is { } place ? new(CommandKind.Test, Family, [place]) : null;

    /// <summary>Whether a word is a flag or a test file or folder of the package.</summary>
    private bool NamesNothing(string word) =>
        word.StartsWith('-') ? !word.Contains("watch", StringComparison.Ordinal)
            : RepositoryPath.Combine(package.Folder, word) is { } path && (snapshot.Find(path) is not null || snapshot.Under(path).Any());

    private static Evidence? Import(IEnumerable<SnapshotFile> tests)
    {
        foreach (var file in tests.Take(MaxFiles))
        {
            foreach (var (number, text) in file.Lines())
            {
                if (FromBun().IsMatch(text))
                {
                    return Cite.At(file, number);
                }
            }
        }

        return null;
    }

    [GeneratedRegex("""(from\s*|require\(\s*)["']bun:test["']""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex FromBun();
}
