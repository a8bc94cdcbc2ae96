using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Suppressions;

/// <summary><c># hadolint ignore=DL3008</c> above an instruction, <c># hadolint global ignore=…</c> for the file.</summary>
/// <remarks>Its README: "Inline ignores" and "Global ignores".</remarks>
internal sealed partial class HadolintComment : SuppressionDialect
{
    public override string Mark => "hadolint";

    public override void Read(Comment comment, FoundSuppressions found)
    {
        if (comment.Source.IsDockerfile && Pattern().Match(comment.Text) is { Success: true } match)
        {
            found.Add(Names(match.Groups["names"].Value).Select(name => "hadolint/" + name), match.Groups["global"].Success ? LineRange.Whole : comment.Beside);
        }
    }

    [GeneratedRegex(@"^#\s*hadolint\s+(?<global>global\s+)?ignore\s*=\s*(?<names>[A-Za-z]{2}[0-9]{4}(\s*,\s*[A-Za-z]{2}[0-9]{4})*)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Pattern();
}
