using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Suppressions;

/// <summary><c>trivy:ignore:AVD-AWS-0107</c> and <c>tfsec:ignore:…</c>: beside a line for it, alone for the block that begins below.</summary>
/// <remarks>Trivy's documentation: "Filtering", "By inline comments". Its ids are understood with and without <c>AVD-</c>.</remarks>
internal sealed partial class TrivyComment : SuppressionDialect
{
    public override string Mark => ":ignore:";

    public override void Read(Comment comment, FoundSuppressions found)
    {
        foreach (Match match in Pattern().Matches(comment.Text))
        {
            var (tool, name) = (match.Groups["tool"].Value, match.Groups["name"].Value);
            found.Add([$"{tool}/{name}", $"trivy/{Plain(name)}", $"trivy/AVD-{name}"], comment.Thing);
        }
    }

    private static string Plain(string name) => name.StartsWith("AVD-", StringComparison.OrdinalIgnoreCase) ? name["AVD-".Length..] : name;

    [GeneratedRegex("(?<tool>trivy|tfsec):ignore:(?<name>[A-Za-z0-9-]+)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Pattern();
}
