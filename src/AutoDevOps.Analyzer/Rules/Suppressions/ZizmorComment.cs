using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Suppressions;

/// <summary><c># zizmor: ignore[artipacked,excessive-permissions] because</c>: beside a line for it, alone for the step, job or key below.</summary>
/// <remarks>Its documentation: "Usage", "Ignoring results with inline comments".</remarks>
internal sealed partial class ZizmorComment : SuppressionDialect
{
    public override string Mark => "zizmor:";

    public override void Read(Comment comment, FoundSuppressions found)
    {
        if (Pattern().Match(comment.Text) is { Success: true } match)
        {
            found.Add(Names(match.Groups["names"].Value).Select(name => "zizmor/" + name), comment.Thing);
        }
    }

    [GeneratedRegex(@"#\s*zizmor:\s*ignore\[(?<names>[a-z0-9-]+(\s*,\s*[a-z0-9-]+)*)\]", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Pattern();
}
