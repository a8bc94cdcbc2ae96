namespace AutoDevOps.Analyzer.Rules;

/// <summary>The order of findings in every result and report.</summary>
public static class FindingOrder
{
    /// <summary>By path, line and column, then by rule and message; letters compare by their code, so that it is the same on every machine.</summary>
    public static IEnumerable<Finding> ByPlace(this IEnumerable<Finding> findings) =>
        findings
            .OrderBy(finding => finding.Location.Path, StringComparer.Ordinal)
            .ThenBy(finding => finding.Location.StartLine)
            .ThenBy(finding => finding.Location.StartColumn)
            .ThenBy(finding => finding.Rule.Id, StringComparer.Ordinal)
            .ThenBy(finding => finding.Message, StringComparer.Ordinal);
}
