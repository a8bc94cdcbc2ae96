using System.Collections.Frozen;

namespace AutoDevOps.Benchmarks.Detection;

/// <summary>What a person wrote about a difference after looking into the repository.</summary>
/// <param name="Who">Who is right: <c>ci ours both</c>.</param>
/// <param name="Needs">Of services: those without which the tests that we would run fail; null: not judged.</param>
internal sealed record Judgement(string Who, string Why, IReadOnlyList<string>? Needs);

/// <summary>The judgements of <c>judgements.tsv</c>.</summary>
internal static class Judgements
{
    /// <summary>By repository, kind and subject, separated by spaces. A line of the file is <c>key TAB who TAB why</c>, of services
    /// with <c>TAB names</c> or <c>TAB nothing</c> after it.</summary>
    public static FrozenDictionary<string, Judgement> Read()
    {
        using var stream = typeof(Judgements).Assembly.GetManifestResourceStream("detection-judgements.tsv")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != '#')
            .Select(line => line.Split('\t'))
            .ToFrozenDictionary(parts => parts[0], parts => new Judgement(parts[1], parts[2], parts.Length < 4 ? null : Names(parts[3])), StringComparer.Ordinal);
    }

    private static string[] Names(string text) => text.Trim() == "nothing" ? [] : text.Split(',', StringSplitOptions.TrimEntries);
}
