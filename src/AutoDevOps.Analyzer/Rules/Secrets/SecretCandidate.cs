using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>What a pattern matched.</summary>
/// <param name="Match">With the name before the value, if the pattern asks for one.</param>
/// <param name="Line">The line it stands on.</param>
internal readonly record struct SecretCandidate(string Secret, Match Match, string Line, SnapshotFile File)
{
    /// <summary>Where the match begins in the line.</summary>
    public int Start => Match.Index;

    /// <summary>The identifier of which the match is the end or the middle: <c>db_password</c> where <c>password</c> matched.</summary>
    public string Name
    {
        get
        {
            var (start, end) = (Start, Start);
            while (start > 0 && IsPart(Line[start - 1]))
            {
                start--;
            }

            while (end < Line.Length && IsPart(Line[end]))
            {
                end++;
            }

            return Line[start..end];
        }
    }

    private static bool IsPart(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '.';
}
