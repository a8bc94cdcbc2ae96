using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.Swift;

/// <summary>The commands of a Swift package: the package manager's, and the linters that are configured.</summary>
internal sealed class SwiftCommands
{
    private readonly SwiftPackage _package;
    private readonly string? _lock;
    private readonly Evidence? _source;
    private readonly SnapshotFile? _lint;
    private readonly SnapshotFile? _format;
    private readonly SnapshotFile? _appleFormat;

    public SwiftCommands(DetectionContext context, SwiftPackage package, string? lockFile, IReadOnlyList<SnapshotFile> sources)
    {
        _package = package;
        _lock = lockFile;
        var source = sources.FirstOrDefault(file => file.Path.Contains("Sources/", StringComparison.Ordinal)) ?? (sources.Count > 0 ? sources[0] : null);
        _source = source is null ? null : Cite.File(source);
        SnapshotFile? Find(string name) => context.Snapshot.Find(RepositoryPath.File(package.Folder, name));
        _lint = Find(".swiftlint.yml");
        _format = Find(".swiftformat");
        _appleFormat = Find(".swift-format");
    }

    public IEnumerable<CommandCandidate> Candidates()
    {
        if (_package.Dependencies.Count > 0)
        {
            yield return Candidate(CommandKind.Install, "install", _lock is null ? "swift package resolve" : "swift package resolve --force-resolved-versions", 0.9, _lock is null ? [_package.Place] : [_package.Place, new(_lock, 0)]);
        }

        if (_source is not null)
        {
            yield return Candidate(CommandKind.Build, "build", "swift build", 0.9, _package.Place, _source) with { Source = CommandSource.Convention };
            if (_package.TestTarget is { } tests)
            {
                yield return Candidate(CommandKind.Test, "test", "swift test", 0.93, tests, _source);
                yield return Candidate(CommandKind.Coverage, "coverage", "swift test --enable-code-coverage", 0.75, tests, _source);
            }
        }

        if (_lint is not null)
        {
            yield return Candidate(CommandKind.Lint, "swiftlint", "swiftlint lint --strict", 0.8, Cite.File(_lint)) with { Needs = ["swiftlint"] };
        }

        if (_format is not null)
        {
            yield return Candidate(CommandKind.Format, "swiftformat", "swiftformat --lint .", 0.8, Cite.File(_format)) with { Needs = ["swiftformat"] };
        }

        if (_appleFormat is not null)
        {
            // Part of the toolchain since Swift 6.
            yield return Candidate(CommandKind.Format, "swift-format", "swift format lint --strict --recursive .", 0.8, Cite.File(_appleFormat));
        }
    }

    public ResolvedCommand? Resolve(ShellCommand command) => command.Words switch
    {
        ["swift", "test", ..] when _package.TestTarget is { } tests && _source is not null => new(CommandKind.Test, "test", [tests, _source]),
        ["swift", "build", ..] when _source is not null => new(CommandKind.Build, "build", [_package.Place, _source]),
        ["swift", "package", "resolve", ..] => new(CommandKind.Install, "install", [_package.Place]),
        ["swiftlint", ..] when _lint is not null && !command.Words.Contains("--fix") => new(CommandKind.Lint, "swiftlint", [Cite.File(_lint)]) { Needs = ["swiftlint"] },
        ["swiftformat", ..] when _format is not null && command.Words.Contains("--lint") => new(CommandKind.Format, "swiftformat", [Cite.File(_format)]) { Needs = ["swiftformat"] },
        ["swift", "format", "lint", ..] when (_appleFormat ?? _package.File) is { } place => new(CommandKind.Format, "swift-format", [Cite.File(place)]),
        _ => null,
    };

    private CommandCandidate Candidate(CommandKind kind, string family, string run, double confidence, params Evidence[] evidence) =>
        new(kind, family, run, _package.Folder, CommandSource.ToolConfiguration, confidence, evidence);
}
