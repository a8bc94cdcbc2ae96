using System.Collections.Frozen;

namespace AutoDevOps.Benchmarks.Detection;

/// <summary>What a person wrote about a difference after looking into the repository: who is right, and why.</summary>
internal static class Judgements
{
    /// <summary>By repository, kind and subject, separated by spaces. A line of the file is <c>key TAB who TAB why</c>, who being
    /// <c>ci ours both</c>.</summary>
    public static FrozenDictionary<string, (string Who, string Why)> Read()
    {
        using var stream = typeof(Judgements).Assembly.GetManifestResourceStream("detection-judgements.tsv")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != '#')
            .Select(line => line.Split('\t'))
            .ToFrozenDictionary(parts => parts[0], parts => (parts[1], parts[2]), StringComparer.Ordinal);
    }
}
