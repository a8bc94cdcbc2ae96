using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Suppressions;

/// <summary><c>nosec</c> on a line, for bandit (Python) and gosec (Go), with the checks it concerns or for all of them.</summary>
/// <remarks>Their READMEs: "Exclusions" and "Annotating code".</remarks>
internal sealed partial class NosecComment : SuppressionDialect
{
    public override string Mark => "nosec";

    public override void Read(Comment comment, FoundSuppressions found)
    {
        if (comment.Source.Extension is not (".py" or ".go") || Pattern().Match(comment.Text) is not { Success: true } match)
        {
            return;
        }

        var tool = comment.Source.Extension == ".py" ? "bandit/" : "gosec/";
        string[] names = [.. Check().Matches(match.Groups["rest"].Value.Split("--")[0]).Select(name => tool + name.Value)];
        found.Add(names.Length == 0 ? [tool + "*", "COD*"] : names, comment.Beside);
    }

    [GeneratedRegex(@"#\s*nosec\b(?<rest>.*)$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Pattern();

    [GeneratedRegex(@"\b[BG][0-9]{3}\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Check();
}
