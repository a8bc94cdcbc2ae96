using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags Json.NET that builds whatever objects a document names.</summary>
internal sealed class CSharpTypeNameHandling : CodeRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "COD015", "csharp-type-name-handling", Category.Security, Severity.High,
        What: "`TypeNameHandling` of Json.NET other than `None`, without a binder of types.",
        Why: "A document may name any class: reading it runs what its author wants.",
        Remedy: "Leave it at `None`, or give a `SerializationBinder` with the types that may come.")
    {
        Confidence = 0.9,
        Equivalents = ["roslyn/CA2326", "roslyn/CA2327", "roslyn/CA2330", "sonar/S5773"],
        References = ["CWE-502", "OWASP A08:2021", "https://learn.microsoft.com/dotnet/fundamentals/code-analysis/quality-rules/ca2326"],
    };

    protected override IReadOnlyList<(SourceLanguage Language, string Word)> Words { get; } = [(SourceLanguage.CSharp, "TypeNameHandling")];

    protected override IEnumerable<CodeFinding> Find(SourceTokens tokens, string path)
    {
        if (tokens.Source.Contains("Binder", StringComparison.Ordinal))
        {
            yield break;
        }

        foreach (var word in tokens.Words("TypeNameHandling"))
        {
            var isValue = tokens.Is(word + 1, "=") && tokens.Is(word + 2, "TypeNameHandling") && tokens.Is(word + 3, ".") && tokens.Text(word + 4) is "All" or "Auto" or "Objects" or "Arrays";
            if (isValue)
            {
                yield return new(word, word + 4, $"'TypeNameHandling.{tokens.Text(word + 4)}' builds any object.");
            }
        }
    }
}
