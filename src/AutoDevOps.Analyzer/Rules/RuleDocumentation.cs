using System.Globalization;
using System.Text;

namespace AutoDevOps.Analyzer.Rules;

/// <summary>Prints <c>docs/generated/rules.md</c> from the descriptors.</summary>
public static class RuleDocumentation
{
    private static readonly (string Prefix, string Title)[] Families =
    [
        ("GHA", "GitHub workflows"),
        ("GLC", "GitLab CI"),
        ("CCI", "CircleCI"),
        ("AZP", "Azure Pipelines"),
        ("JNK", "Jenkins"),
        ("POL", "Policy"),
        ("CNT", "Containers"),
        ("SEC", "Secrets"),
        ("DEP", "Dependencies"),
        ("REP", "Repository"),
        ("INF", "Infrastructure"),
        ("COD", "Code"),
    ];

    /// <summary>A table of the families, then a section for each rule.</summary>
    public static string Markdown() => Markdown(RuleCatalog.All.Select(rule => rule.Descriptor));

    internal static string Markdown(IEnumerable<RuleDescriptor> rules)
    {
        var families = rules.ToLookup(rule => rule.Id[..3]);
        var text = new StringBuilder("# Rules\n\nPrinted from the rules themselves; do not edit.\n\n| family | rules |\n|---|---|\n");
        foreach (var (prefix, title) in Families)
        {
            var links = families[prefix].Select(rule => $"[{rule.Name}](#{Anchor(rule)})");
            text.Append(CultureInfo.InvariantCulture, $"| {title} | {string.Join(", ", links)} |\n");
        }

        foreach (var (prefix, title) in Families)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {title}\n");
            foreach (var rule in families[prefix])
            {
                Append(text, rule);
            }
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, RuleDescriptor rule)
    {
        var severity = rule.Severity.ToString().ToLowerInvariant();
        var level = rule.Strict ? ", only at level strict" : "";
        text.Append(CultureInfo.InvariantCulture, $"\n### {rule.Id} {rule.Name}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"**{CategoryName(rule.Category)}**, {severity}, confidence {rule.Confidence:0.##}{level}.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{Escape(rule.What)}\n\n{Escape(rule.Why)}\n\n**Remedy:** {Escape(rule.Remedy)}\n");
        if (rule.References.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nSee {string.Join(", ", rule.References.Select(Reference))}.\n");
        }

        if (rule.Equivalents.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nElsewhere: {string.Join(", ", rule.Equivalents.Select(name => $"`{name}`"))}.\n");
        }
    }

    private static string Anchor(RuleDescriptor rule) => $"{rule.Id.ToLowerInvariant()}-{rule.Name}";

    private static string CategoryName(Category category) => category switch
    {
        Category.CiCd => "ci_cd",
        Category.CodeQuality => "code_quality",
        _ => category.ToString().ToLowerInvariant(),
    };

    private static string Reference(string reference)
    {
        if (reference.StartsWith("https://", StringComparison.Ordinal))
        {
            return $"<{reference}>";
        }

        return reference.StartsWith("CWE-", StringComparison.Ordinal)
            ? $"[{reference}](https://cwe.mitre.org/data/definitions/{reference[4..]}.html)"
            : Escape(reference);
    }

    /// <summary>Escapes what Markdown would read as HTML; within backticks everything is literal already.</summary>
    private static string Escape(string text)
    {
        var escaped = new StringBuilder();
        var code = false;
        foreach (var character in text)
        {
            code ^= character == '`';
            escaped.Append(code ? character.ToString() : character switch { '<' => "&lt;", '>' => "&gt;", '&' => "&amp;", '|' => "\\|", '*' => "\\*", _ => character.ToString() });
        }

        return escaped.ToString();
    }
}
