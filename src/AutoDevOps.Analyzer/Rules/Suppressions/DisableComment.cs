using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Suppressions;

/// <summary>The comments of eslint and of secretlint, which speak alike: <c>eslint-disable-line</c>, <c>-disable-next-line</c>, and
/// <c>-disable</c> until <c>-enable</c>, for the rules that are named or for all; a reason may follow after two dashes.</summary>
/// <param name="everything">Whom a comment without names concerns.</param>
internal sealed partial class DisableComment(string tool, string everything) : SuppressionDialect
{
    public override string Mark => tool + "-";

    public override void Read(Comment comment, FoundSuppressions found)
    {
        if (Pattern().Match(comment.Text) is not { Success: true } match || match.Groups["tool"].Value != tool)
        {
            return;
        }

        string[] names = [.. RuleName().Matches(match.Groups["names"].Value).Select(name => $"{tool}/{Short(name.Value)}")];
        var concerned = names.Length == 0 ? [$"{tool}/*", everything] : names;
        switch (match.Groups["verb"].Value)
        {
            case "disable-line":
                found.Add(concerned, comment.Here);
                break;
            case "disable-next-line":
                found.Add(concerned, new(comment.Number + 1, comment.Number + 1));
                break;
            case "disable":
                found.Open(concerned, comment.Number);
                break;
            default:
                found.Close(tool + "/", names, comment.Number);
                break;
        }
    }

    // secretlint's rules are packages, and are known by the last part of their name.
    private string Short(string name) => tool == "secretlint" ? name[(name.LastIndexOf('/') + 1)..] : name;

    [GeneratedRegex(@"(?<tool>eslint|secretlint)-(?<verb>disable-next-line|disable-line|disable|enable)\b(?<names>.*?)(\s--|\*/|$)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Pattern();

    [GeneratedRegex("@?[a-z][a-z0-9-]*(/[a-z0-9-]+)*", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex RuleName();
}
