using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Suppressions;

/// <summary><c>nosemgrep</c>, or <c>nosemgrep: rule, rule</c>, beside the line or alone above it.</summary>
/// <remarks>Its documentation: "Ignore files, folders, and code". A rule is named with the folders before it.</remarks>
internal sealed partial class SemgrepComment : SuppressionDialect
{
    public override string Mark => "nosemgrep";

    public override void Read(Comment comment, FoundSuppressions found)
    {
        if (Pattern().Match(comment.Text) is { Success: true } match)
        {
            found.Add(match.Groups["names"].Success ? Names(match.Groups["names"].Value).Select(name => "semgrep/" + name) : ["semgrep/*", "COD*"], comment.Beside);
        }
    }

    [GeneratedRegex(@"\bnosemgrep(:\s*(?<names>[A-Za-z0-9._-]+(\s*,\s*[A-Za-z0-9._-]+)*))?", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Pattern();
}
