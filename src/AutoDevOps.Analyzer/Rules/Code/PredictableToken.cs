using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags secrets that are made with a generator whose output can be foretold.</summary>
internal sealed partial class PredictableToken : CodeRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "COD021", "predictable-token", Category.Security, Severity.Medium,
        What: "A password, token or key that is made with `Math.random`, Python's `random` or `new Random()`.",
        Why: "Who has seen a few numbers of such a generator can foretell the next.",
        Remedy: "Use `crypto.randomBytes`, `secrets`, `SecureRandom` or `RandomNumberGenerator`.")
    {
        Confidence = 0.85,
        Equivalents = ["bandit/B311", "ruff/S311", "codeql/js/insecure-randomness", "roslyn/CA5394", "sonar/S2245", "spotbugs/PREDICTABLE_RANDOM"],
        References = ["CWE-338", "CWE-330", "OWASP A02:2021"],
    };

    protected override IReadOnlyList<(SourceLanguage Language, string Word)> Words { get; } =
    [
        (SourceLanguage.JavaScript, "random"), (SourceLanguage.Python, "choice"), (SourceLanguage.Python, "choices"), (SourceLanguage.Python, "randint"), (SourceLanguage.Python, "getrandbits"),
        (SourceLanguage.CSharp, "Next"), (SourceLanguage.CSharp, "NextBytes"), (SourceLanguage.Java, "nextInt"), (SourceLanguage.Java, "nextLong"), (SourceLanguage.Java, "random"),
    ];

    protected override bool MayConcern(SourceLanguage language, string text) =>
        language != SourceLanguage.Java || text.Contains("andom", StringComparison.Ordinal);

    protected override IEnumerable<CodeFinding> Find(SourceTokens tokens, string path)
    {
        foreach (var call in Calls(tokens))
        {
            var isWeak = tokens.Language switch
            {
                SourceLanguage.JavaScript => call.Receiver == "Math",
                SourceLanguage.Python => call.Receiver == "random",
                SourceLanguage.CSharp => call.Receiver is "Random.Shared" || (call.Receiver == "()" && tokens.Is(call.Word - 4, "Random") && tokens.Is(call.Word - 5, "new")),
                _ => call.Receiver == "Math" || (call.Receiver == "()" && tokens.Is(call.Word - 4, "Random") && tokens.Is(call.Word - 5, "new")),
            };
            if (isWeak && Target(tokens, call.First) is { } name)
            {
                yield return At(call, $"'{name}' can be foretold.");
            }
        }
    }

    /// <summary>What the statement assigns to, when its name is one of a secret.</summary>
    private static string? Target(SourceTokens tokens, int first)
    {
        var line = tokens.Place(first, first).Line;
        for (var at = first - 1; at > Math.Max(0, first - 40) && !tokens.Is(at, ";") && !tokens.Is(at, "{") && tokens.Place(at, at).Line >= line - 1; at--)
        {
            WorkBudget.Spend(1);
            if (tokens.Is(at, "=") && !tokens.Is(at + 1, "=") && !tokens.Is(at + 1, ">") && tokens.IsWord(at - 1) && tokens.Place(at, at).Line == tokens.Place(at - 1, at - 1).Line)
            {
                return Secret().IsMatch(tokens.Text(at - 1)) ? tokens.Text(at - 1).ToString() : null;
            }
        }

        return null;
    }

    [GeneratedRegex("^_*((access|auth|reset|session|api|csrf|xsrf|verification|bearer|login|invite|confirmation)_?(token|key|secret|code)|(new_?|temp_?|generated_?|random_?|default_?)?password|passwd|otp|secret(_?key)?|csrf)$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Secret();
}
