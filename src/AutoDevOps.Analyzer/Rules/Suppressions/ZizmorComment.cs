using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Suppressions;

/// <summary><c># zizmor: ignore[artipacked,excessive-permissions] because</c>: inside of a step for that, else beside a line for it, alone for the
/// step, job or key below.</summary>
/// <remarks>Its documentation: "Usage", "Ignoring results with inline comments". A comment counts for it anywhere in the span of a finding: that is
/// the step, and for a trigger the <c>on</c> of the workflow, while ours stands at the job that the trigger makes dangerous.</remarks>
internal sealed partial class ZizmorComment : SuppressionDialect
{
    public override string Mark => "zizmor:";

    public override void Read(Comment comment, FoundSuppressions found)
    {
        if (Pattern().Match(comment.Text) is { Success: true } match)
        {
            foreach (var name in Names(match.Groups["names"].Value))
            {
                found.Add(["zizmor/" + name], name == "dangerous-triggers" ? LineRange.Whole : comment.Item);
            }
        }
    }

    [GeneratedRegex(@"#\s*zizmor:\s*ignore\[(?<names>[a-z0-9-]+(\s*,\s*[a-z0-9-]+)*)\]", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Pattern();
}
