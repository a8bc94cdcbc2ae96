using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Suppressions;

/// <summary>Docker's directive for its own checks, before everything else: <c># check=skip=JSONArgsRecommended</c>.</summary>
internal sealed partial class DockerCheckComment : SuppressionDialect
{
    public override string Mark => "check";

    public override void Read(Comment comment, FoundSuppressions found)
    {
        if (comment.Source.IsDockerfile && comment.Source.IsBeforeAll(comment.Number) && Pattern().Match(comment.Text) is { Success: true } match)
        {
            found.Add(Names(match.Groups["names"].Value).Select(name => "docker/" + name), LineRange.Whole);
        }
    }

    [GeneratedRegex(@"^#\s*check\s*=\s*([a-z]+=[^;]*;\s*)*skip=(?<names>[A-Za-z]+(,[A-Za-z]+)*)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Pattern();
}
