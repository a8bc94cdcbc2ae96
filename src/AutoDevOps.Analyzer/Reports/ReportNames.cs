using System.Text;
using AutoDevOps.Analyzer.Rules;
using AutoDevOps.Analyzer.Scoring;

namespace AutoDevOps.Analyzer.Reports;

/// <summary>How the analyzer's words are written in every output: lower case, words joined by <c>_</c>.</summary>
public static class ReportNames
{
    public static string Of(Category category) => Snake(category.ToString());

    public static string Of(Severity severity) => Snake(severity.ToString());

    public static string Of(FindingState state) => Snake(state.ToString());

    public static string Of(FileKind kind) => Snake(kind.ToString());

    public static string Of(Band band) => Snake(band.ToString());

    public static string Of(Detectors.CommandKind kind) => Snake(kind.ToString());

    /// <summary>For people: words with spaces between them.</summary>
    public static string Spoken(FileKind kind) => Of(kind).Replace('_', ' ');

    private static string Snake(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        foreach (var character in name)
        {
            if (char.IsUpper(character) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(character));
        }

        return text.ToString();
    }
}
