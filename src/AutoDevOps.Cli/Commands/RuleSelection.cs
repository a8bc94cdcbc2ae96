using AutoDevOps.Analyzer.Rules;

namespace AutoDevOps.Cli.Commands;

/// <summary>Rules as a person names them: by id or name, in any case.</summary>
internal static class RuleSelection
{
    /// <summary>The ids meant by a comma-separated list; null for null.</summary>
    /// <exception cref="InputException">A name that no rule has; the message names the nearest.</exception>
    public static HashSet<string>? Parse(string? list) =>
        list?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(name => Find(name).Id)
            .ToHashSet(StringComparer.Ordinal);

    /// <inheritdoc cref="Parse"/>
    public static RuleDescriptor Find(string name)
    {
        var all = RuleCatalog.All.Select(rule => rule.Descriptor).ToList();
        return all.Find(rule => Is(rule.Id, name) || Is(rule.Name, name) || rule.Equivalents.Any(other => Is(other, name)))
            ?? throw new InputException(
                $"No rule is called '{name}'. Did you mean {Nearest(name, all)}? `autodevops rules` lists them all.");
    }

    private static bool Is(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    private static string Nearest(string name, List<RuleDescriptor> all)
    {
        var nearest = all.MinBy(rule => Math.Min(Distance(rule.Id, name), Distance(rule.Name, name)))!;
        return $"{nearest.Id} ({nearest.Name})";
    }

    /// <summary>Levenshtein's distance, ignoring case.</summary>
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = char.ToUpperInvariant(left[i - 1]) == char.ToUpperInvariant(right[j - 1]) ? 0 : 1;
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + cost));
            }
        }

        return row[^1];
    }
}
