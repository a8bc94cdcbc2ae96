using AutoDevOps.Analyzer.Parsing.Hcl;

namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Policies of AWS as they stand in Terraform: in <c>jsonencode({ … })</c>, or as JSON in a text.</summary>
internal static class AwsPolicy
{
    private const string Encode = "jsonencode(";

    /// <summary>The statements, with their lines in the file; none when it is written elsewhere, or puts something in.</summary>
    public static IEnumerable<HclValue> Statements(HclValue policy)
    {
        var text = policy.Kind == HclKind.Expression && policy.Text.StartsWith(Encode, StringComparison.Ordinal) && policy.Text.EndsWith(')') ? policy.Text[Encode.Length..^1]
            : policy.Kind == HclKind.Text && policy.Text.TrimStart().StartsWith('{') ? policy.Text
            : null;
        if (text is null)
        {
            return [];
        }

        // JSON is what HCL takes for an object, but for its line: a text of several lines begins after the one with its mark.
        var isHeredoc = policy.Kind == HclKind.Text && text.Contains('\n', StringComparison.Ordinal);
        var statements = HclReader.ReadValue(text, policy.Line + (isHeredoc ? 1 : 0))["Statement"];
        return statements?.Kind == HclKind.List ? statements.Items.Where(item => item.Kind == HclKind.Map) : statements?.Kind == HclKind.Map ? [statements] : [];
    }
}
