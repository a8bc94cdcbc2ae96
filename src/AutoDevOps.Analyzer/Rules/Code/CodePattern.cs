using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Looks for a pattern in the code of a file: not in its comments or texts, and not in tests.</summary>
internal static class CodePattern
{
    public static bool Reads(SnapshotFile file, params ReadOnlySpan<string> extensions) =>
        extensions.Contains(file.Extension) && !file.IsTest;

    /// <param name="keyword">A word without which the pattern cannot match; cheap to look for.</param>
    public static IEnumerable<Finding> Find(RuleDescriptor rule, SnapshotFile file, SourceLanguage language, string keyword, Regex pattern, string message)
    {
        var text = file.Text;
        if (!text.Contains(keyword, StringComparison.Ordinal))
        {
            yield break;
        }

        var line = 1;
        var lineStart = 0;
        var scanned = 0;
        foreach (Match match in pattern.Matches(SourceCode.Mask(SourceTokens.Of(file, language))))
        {
            for (; scanned < match.Index; scanned++)
            {
                if (text[scanned] == '\n')
                {
                    line++;
                    lineStart = scanned + 1;
                }
            }

            var end = line + match.ValueSpan.Count('\n');
            var column = match.Index - lineStart + 1;
            yield return rule.At(new Location(file.Path, line, end, column, end == line ? column + match.Length : 0), message);
        }
    }
}
