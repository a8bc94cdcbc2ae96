using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Suppressions;

/// <summary>C#'s <c>#pragma warning disable CA5359</c>, until the same is restored.</summary>
internal sealed partial class PragmaComment : SuppressionDialect
{
    public override string Mark => "#pragma warning";

    public override void Read(Comment comment, FoundSuppressions found)
    {
        if (comment.Source.Extension is not ".cs" || Pattern().Match(comment.Line) is not { Success: true } match)
        {
            return;
        }

        string[] names = [.. Names(match.Groups["names"].Value).Select(name => "roslyn/" + name)];
        if (match.Groups["verb"].Value == "restore")
        {
            found.Close("roslyn/", names, comment.Number);
        }
        else
        {
            found.Open(names.Length == 0 ? ["roslyn/*"] : names, comment.Number);
        }
    }

    [GeneratedRegex(@"^\s*#pragma warning (?<verb>disable|restore)\b(?<names>[ \tA-Za-z0-9,]{0,500})", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Pattern();
}
