using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Pipelines;

/// <summary>Decides how the programs that commands call, and that no package manager brings, get onto the machine.</summary>
internal static partial class ToolPlanner
{
    /// <summary>What commands call, and what Cargo calls by another name.</summary>
    private static readonly HashSet<string> Known = [.. CalledPrograms.SetUp, "cargo-nextest"];

    /// <summary>The first program a command calls that nothing brings, or null.</summary>
    public static string? Missing(Command command) => command.Needs.FirstOrDefault(need => !Known.Contains(need));

    /// <summary>The tools of some commands, each with the version that existing CI sets up.</summary>
    public static IReadOnlyList<PlannedTool> Of(IEnumerable<Command> commands, RepositoryModel model) =>
    [
        .. commands.SelectMany(command => command.Needs.Select(need => (Name: need, Basis: new Basis(command.Evidence, command.Confidence))))
            .GroupBy(need => need.Name, StringComparer.Ordinal)
            .OrderBy(need => need.Key, StringComparer.Ordinal)
            .Select(need => Plan(need.Key, need.First().Basis, model)),
    ];

    private static PlannedTool Plan(string name, Basis basis, RepositoryModel model)
    {
        var pinned = model.Ci.Where(ci => !ci.IsGenerated)
            .SelectMany(ci => ci.Steps.Select(step => (ci.Path, Step: step)))
            .FirstOrDefault(entry => name == "golangci-lint" && entry.Step.Uses?.StartsWith("golangci/golangci-lint-action@", StringComparison.Ordinal) == true
                && entry.Step.With.TryGetValue("version", out var version) && Version2().IsMatch(version));
        return pinned.Step is null ? new(name, null, basis) : new(name, pinned.Step.With["version"], Basis.File(pinned.Path, pinned.Step.Line));
    }

    [GeneratedRegex(@"^v2(\.[0-9]{1,3}){1,2}$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Version2();
}
