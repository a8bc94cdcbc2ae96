using System.Collections.Frozen;

namespace AutoDevOps.Analyzer.Pipelines;

/// <summary>What is known of published actions: dated data that ships with the program, so that a pin needs no network.</summary>
public static class ActionCatalog
{
    private static readonly FrozenDictionary<string, CatalogAction> Actions = Load();

    /// <summary>The day of the newest entry.</summary>
    public static DateOnly Date { get; } = new(2026, 8, 21);

    public static IReadOnlyCollection<CatalogAction> All => Actions.Values;

    /// <summary>The entry of <c>owner/name</c> or <c>owner/name/path</c>, in any case; null when it is not known.</summary>
    public static CatalogAction? Find(string action) => Actions.GetValueOrDefault(action.ToLowerInvariant());

    /// <summary>The entry that a writer needs.</summary>
    /// <exception cref="InvalidOperationException">There is none: a mistake of the writer, which a test finds.</exception>
    internal static CatalogAction Get(string action) =>
        Find(action) ?? throw new InvalidOperationException($"The action catalog has no '{action}'.");

    private static FrozenDictionary<string, CatalogAction> Load()
    {
        using var stream = typeof(ActionCatalog).Assembly.GetManifestResourceStream("action-catalog.tsv")!;
        using var reader = new StreamReader(stream);
        var actions = new Dictionary<string, CatalogAction>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            if (line.Split('\t') is [var name, var version, var commit, var uses, var inputs, .. var outputs] && line[0] != '#')
            {
                actions[name.ToLowerInvariant()] = new(name, version, commit, uses, Names(inputs), Names(string.Concat(outputs)));
            }
        }

        return actions.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static FrozenSet<string> Names(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
}

/// <param name="Version">The tag, such as <c>v4.1.0</c>.</param>
/// <param name="Commit">The 40 digits the tag points at.</param>
/// <param name="Using">What runs it: <c>node24</c>, <c>composite</c>, <c>docker</c>; <c>""</c> when not known.</param>
/// <param name="Inputs">The inputs it takes; empty when not known.</param>
/// <param name="Outputs">The outputs it and the versions before it give; empty when not known.</param>
public sealed record CatalogAction(string Name, string Version, string Commit, string Using, FrozenSet<string> Inputs, FrozenSet<string> Outputs)
{
    /// <summary>How a workflow refers to it: the commit, and the version for people.</summary>
    public string Reference => $"{Name}@{Commit} # {Version}";
}
