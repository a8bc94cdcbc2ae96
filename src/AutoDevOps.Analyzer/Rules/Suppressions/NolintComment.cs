using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Suppressions;

/// <summary><c>//nolint:gosec // because</c> of golangci-lint, by which most people run gosec: beside a line for it, alone for the block below.</summary>
/// <remarks>Its documentation: "False Positives", "nolint Directive". Without a list, or with <c>all</c>, it holds for every linter.</remarks>
internal sealed partial class NolintComment : SuppressionDialect
{
    public override string Mark => "nolint";

    public override void Read(Comment comment, FoundSuppressions found)
    {
        if (comment.Source.Extension is not ".go" || Pattern().Match(comment.Text) is not { Success: true } match)
        {
            return;
        }

        string[] linters = [.. Names(match.Groups["names"].Value)];
        if (linters.Length == 0 || linters.Contains("all"))
        {
            found.Add(["gosec/*", "COD*"], comment.Thing);
        }
        else if (linters.Contains("gosec"))
        {
            found.Add(["gosec/*"], comment.Thing);
        }
    }

    [GeneratedRegex(@"^//\s?nolint(:(?<names>[A-Za-z0-9_-]+(\s?,\s?[A-Za-z0-9_-]+)*)|\s|$)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Pattern();
}
