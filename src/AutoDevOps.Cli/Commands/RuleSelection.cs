using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Rules;

namespace AutoDevOps.Cli.Commands;

/// <summary>Rules as a person names them: by id or name, in any case.</summary>
internal static class RuleSelection
{
    /// <summary>The names of all rules, in the order of the documentation.</summary>
    public static IEnumerable<string> Names => RuleCatalog.All.Select(rule => rule.Descriptor.Name);

    /// <summary>The ids meant by a comma-separated list; null for null.</summary>
    /// <exception cref="InputException">A name that no rule has; the message names the nearest.</exception>
    public static HashSet<string>? Parse(string? list)
    {
        var ids = list?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(name => Find(name).Id).ToHashSet(StringComparer.Ordinal);
        return ids is { Count: 0 } ? throw new InputException("--rules names no rule. Give ids or names, separated by commas; `autodevops rules` lists them all.") : ids;
    }

    /// <inheritdoc cref="Parse"/>
    public static RuleDescriptor Find(string name)
    {
        var all = RuleCatalog.All.Select(rule => rule.Descriptor).ToList();
        return all.Find(rule => Is(rule.Id, name) || Is(rule.Name, name) || rule.Equivalents.Any(other => Is(other, name)))
            ?? throw new InputException(Unknown(name, all));
    }

    private static bool Is(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    private static string Unknown(string name, List<RuleDescriptor> all)
    {
        var nearest = NearestName.Of(name, all.SelectMany(rule => new[] { rule.Name, rule.Id }));
        var hint = nearest is null ? "" : $" Did you mean '{nearest}'?";
        return $"No rule is called '{name}'.{hint} `autodevops rules` lists them all.";
    }
}
