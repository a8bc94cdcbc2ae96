using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.Shell;

/// <summary>The commands of a repository of scripts: Bats where it has tests, ShellCheck and shfmt where they are configured.</summary>
internal sealed class ShellCommands(DetectionContext context, ShellProject project)
{
    /// <summary>More scripts than this are not named one by one, and a pattern would be the reader's shell's to expand.</summary>
    private const int MaxNamed = 40;

    // What only shfmt reads of an .editorconfig.
    private static readonly string[] FormatterKeys = ["shell_variant", "binary_next_line", "switch_case_indent", "space_redirects", "keep_padding", "function_next_line", "never_split"];

    public IEnumerable<CommandCandidate> Candidates()
    {
        foreach (var test in Tests())
        {
            yield return test;
        }

        if (context.Snapshot.Find(".shellcheckrc") is { } configuration)
        {
            var named = project.Scripts.Where(file => SafeName.IsSafe(file.Path)).Select(file => file.Path).ToList();
            if (named.Count > 0 && named.Count <= MaxNamed && named.Count == project.Scripts.Count)
            {
                yield return new(CommandKind.Lint, "shellcheck", $"shellcheck {string.Join(' ', named)}", "", CommandSource.ToolConfiguration, 0.8, [Cite.File(configuration), Cite.File(project.Scripts[0])]);
            }
            else
            {
                context.Abstain(".", "lint", named.Count == project.Scripts.Count ? $"{configuration.Path} is there, and nothing says which of {named.Count} scripts are to be checked" : $"{configuration.Path} is there, and a script cannot be named: {SafeName.Reason}");
            }
        }

        if (Formatter() is { } place)
        {
            yield return new(CommandKind.Format, "shfmt", "shfmt -d .", "", CommandSource.ToolConfiguration, 0.75, [place]) { Needs = ["shfmt"] };
        }
    }

    /// <summary>Recognises Bats, ShellCheck and shfmt on files that exist, and scripts called after tests.</summary>
    public ResolvedCommand? Resolve(ShellCommand command)
    {
        var paths = command.Words.Skip(1).Where(word => !word.StartsWith('-')).ToList();
        return command.Words[0] switch
        {
            "bats" when project.Tests.Count > 0 && paths.Count > 0 && paths.TrueForAll(Exists) => new(CommandKind.Test, "bats", [Cite.File(project.Tests[0])]) { Needs = ["bats"] },
            "shellcheck" when paths.Count > 0 && paths.TrueForAll(Exists) => new(CommandKind.Lint, "shellcheck", [Named(paths)]),
            "shfmt" when command.Words.Any(word => word is "-d" or "--diff" or "-l" or "--list") && paths.Count > 0 && paths.TrueForAll(Exists) => new(CommandKind.Format, "shfmt", [Named(paths)]) { Needs = ["shfmt"] },
            _ => null,
        };
    }

    private IEnumerable<CommandCandidate> Tests()
    {
        if (project.Tests.Count == 0)
        {
            yield break;
        }

        var submodules = context.Snapshot.Entries.Where(entry => entry.Kind == FileKind.Submodule && entry.Name.StartsWith("bats", StringComparison.Ordinal)).Select(entry => entry.Path).FirstOrDefault();
        if (submodules is not null)
        {
            context.Abstain(".", "test", $"the tests use the git submodule {(SafeName.IsSafe(submodules) ? submodules : "of Bats")}, which a checkout does not bring by itself");
            yield break;
        }

        var tops = project.Tests.Select(file => file.Directory).Distinct(StringComparer.Ordinal).ToList();
        var roots = tops.Where(folder => !tops.Exists(other => other != folder && RepositoryPath.IsWithin(folder, other))).ToList();
        if (!roots.TrueForAll(folder => folder.Length == 0 || SafeName.IsSafe(folder)))
        {
            context.Abstain(".", "test", $"a folder of tests would have to be named, and {SafeName.Reason}");
            yield break;
        }

        var recursive = tops.Count > roots.Count ? "--recursive " : "";
        yield return new(CommandKind.Test, "bats", $"bats {recursive}{string.Join(' ', roots.Select(RepositoryPath.ToModel))}", "", CommandSource.Convention, 0.85, [Cite.File(project.Tests[0])]) { Needs = ["bats"] };
    }

    private Evidence? Formatter()
    {
        if (context.Snapshot.Find(".editorconfig") is not { } file)
        {
            return null;
        }

        foreach (var (number, text) in file.Lines())
        {
            if (FormatterKeys.Contains(text.Split('=')[0].Trim()))
            {
                return Cite.At(file, number);
            }
        }

        return null;
    }

    /// <summary>The first script that is named, or one of those in a folder that is.</summary>
    private Evidence Named(List<string> paths) =>
        Cite.File(project.Scripts.FirstOrDefault(file => paths.Exists(path => RepositoryPath.Combine("", path) is { } full && RepositoryPath.IsWithin(file.Path, full))) ?? project.Scripts[0]);

    private bool Exists(string path) =>
        RepositoryPath.Combine("", path) is { } full && (full.Length == 0 || context.Snapshot.Find(full) is not null || context.Snapshot.Under(full).Any());
}
