using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Suppressions;

/// <summary><c># noqa</c> and <c># noqa: S501,S602</c> of flake8 and ruff, on a line of Python; <c># ruff: noqa: S501</c> for the file.</summary>
internal sealed partial class NoqaComment : SuppressionDialect
{
    public override string Mark => "noqa";

    public override void Read(Comment comment, FoundSuppressions found)
    {
        if (comment.Source.Extension is not ".py" || Pattern().Match(comment.Text) is not { Success: true } match)
        {
            return;
        }

        string[] names = [.. Code().Matches(match.Groups["codes"].Value).Select(code => "ruff/" + code.Value)];
        found.Add(names.Length > 0 ? names : ["ruff/*", "COD*"], match.Groups["file"].Success ? LineRange.Whole : comment.Here);
    }

    [GeneratedRegex(@"#\s*(?<file>(ruff|flake8):\s*)?noqa\b(?<codes>:\s*[A-Z]+[0-9]+([,\s]+[A-Z]+[0-9]+)*)?", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Pattern();

    [GeneratedRegex("[A-Za-z]+[0-9]+", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Code();
}
