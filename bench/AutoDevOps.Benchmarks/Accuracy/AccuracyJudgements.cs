namespace AutoDevOps.Benchmarks.Accuracy;

/// <summary>What a person wrote about a sample after looking at it.</summary>
/// <param name="ShouldSpeak">Whether our rules should find something there, whatever the suite says; a sample on which they should not as it
/// says is left out of the figures.</param>
internal sealed record AccuracyJudgement(string Rule, string Place, bool ShouldSpeak, string Why)
{
    /// <summary>A place is that of a mark, one with a <c>*</c> at its end, <c>generated</c> for all that was made by a pattern, or <c>*</c>.</summary>
    public bool IsAbout(Mark mark) =>
        mark.Rule == Rule && (Place == "generated" ? mark.IsGenerated : Place[^1] == '*' ? mark.Place.StartsWith(Place[..^1], StringComparison.Ordinal) : mark.Place == Place);
}

/// <summary>The judgements of <c>judgements.tsv</c>.</summary>
internal static class AccuracyJudgements
{
    public static IReadOnlyList<AccuracyJudgement> Read()
    {
        using var stream = typeof(AccuracyJudgements).Assembly.GetManifestResourceStream("accuracy-judgements.tsv")!;
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != '#')
            .Select(line => line.Split('\t'))
            .Select(parts => new AccuracyJudgement(parts[0], parts[1], parts[2] == "yes", parts[3]))];
    }
}
