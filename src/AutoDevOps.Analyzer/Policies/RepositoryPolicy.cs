using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Policies;

/// <summary>What people decided about a repository, or about all repositories of an organization: it goes before whatever was detected.</summary>
public sealed record RepositoryPolicy
{
    /// <summary>Nothing was decided.</summary>
    public static RepositoryPolicy None { get; } = new();

    /// <summary>Whose it is, at the beginning of a sentence.</summary>
    public string Name { get; init; } = PolicyFile.Name;

    /// <summary>Actions that workflows may use: <c>owner/name</c>, <c>owner/*</c>; null: all. A repository's own (<c>./…</c>) always may.</summary>
    public IReadOnlyList<string>? Actions { get; init; }

    /// <summary>Labels of machines that jobs may run on; the first is what generated pipelines use. Null: all.</summary>
    public IReadOnlyList<string>? Runners { get; init; }

    /// <summary>What existing and generated pipelines must do, of each component that can.</summary>
    public IReadOnlyList<CommandKind> Required { get; init; } = [];

    /// <summary>Patterns as in a <c>.gitignore</c>: what they match is listed and never read.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    public IReadOnlyList<CommandOverride> Commands { get; init; } = [];

    /// <summary>Findings that may stay.</summary>
    public IReadOnlyList<PolicySuppression> Suppressions { get; init; } = [];

    /// <summary>The folders of the components that are named, each with its place.</summary>
    public IReadOnlyList<(string Component, Evidence Evidence)> Components { get; init; } = [];

    /// <summary>Of these, the ones that the repository does not have, with what to do about each.</summary>
    internal IEnumerable<Diagnostic> UnknownComponents(IEnumerable<Component> components)
    {
        var known = components.Select(component => component.Path).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        foreach (var (name, place) in Components.Where(named => !known.Contains(named.Component)))
        {
            // A part that moved keeps its last name.
            var near = NearestName.Of(name, known) ?? known.Find(path => path.Split('/')[^1] == name.Split('/')[^1]);
            yield return new(place.Path, place.Line, $"There is no component '{name}'{(near is null ? "." : $"; did you mean {near}?")}{(known.Count == 0 ? "" : $" There are: {string.Join(", ", known.Take(20))}.")}");
        }
    }

    /// <summary>The branch whose every push is tested; null: as detected.</summary>
    public string? Branch { get; init; }

    /// <summary>Whether workflows may use an action.</summary>
    /// <param name="action">With its owner, without its version: <c>actions/checkout</c>, <c>github/codeql-action/init</c>.</param>
    public bool AllowsAction(string action) => Actions is null || Allows(Actions, action);

    /// <summary>Whether jobs may run on a machine with this label.</summary>
    public bool AllowsRunner(string label) => Runners is null || Runners.Contains(label);

    // GitHub compares owners and names without case.
    private static bool Allows(IReadOnlyList<string> patterns, string action) =>
        patterns.Any(pattern =>
            pattern.EndsWith("/*", StringComparison.Ordinal)
                ? action.StartsWith(pattern[..^1], StringComparison.OrdinalIgnoreCase)
                : action.Equals(pattern, StringComparison.OrdinalIgnoreCase) || action.StartsWith(pattern + "/", StringComparison.OrdinalIgnoreCase));
}

/// <summary>Findings of one rule that somebody decided may stay.</summary>
/// <param name="Rule">Its id or name.</param>
/// <param name="Paths">A pattern as in a <c>.gitignore</c>; null: everywhere.</param>
/// <param name="Until">The last day on which it holds; null: for good.</param>
/// <param name="Line">Where it stands in <see cref="PolicyFile.Name"/>.</param>
public sealed record PolicySuppression(string Rule, string? Paths, string Reason, DateOnly? Until, int Line);

/// <summary>A command that somebody wrote down, or switched off.</summary>
/// <param name="Component">The component's folder; <c>"."</c> for the root.</param>
/// <param name="Run">One shell line; null: there is none, whatever was detected.</param>
public sealed record CommandOverride(string Component, CommandKind Kind, string? Run, Evidence Evidence);
