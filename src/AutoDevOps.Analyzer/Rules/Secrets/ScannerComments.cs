using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Honours what people wrote for other scanners: <c>gitleaks:allow</c>, and the comments of secretlint for a line, the next line
/// and a block.</summary>
internal static partial class ScannerComments
{
    /// <summary>The lines of a file on which a rule is to be silent.</summary>
    public static SilentLines In(SnapshotFile file, RuleDescriptor rule)
    {
        var text = file.Text;
        return text.Contains("gitleaks:allow", StringComparison.Ordinal) || text.Contains("secretlint-disable", StringComparison.Ordinal)
            ? new(Read(file, rule))
            : new(new HashSet<int>());
    }

    private static HashSet<int> Read(SnapshotFile file, RuleDescriptor rule)
    {
        HashSet<int> silent = [];
        var isOff = false;
        foreach (var (number, line) in file.Lines())
        {
            if (line.Contains("gitleaks:allow", StringComparison.Ordinal))
            {
                silent.Add(number);
            }

            if (line.Contains("secretlint-", StringComparison.Ordinal) && Directive().Match(line) is { Success: true } directive && Concerns(directive.Groups["rest"].Value, rule))
            {
                switch (directive.Groups["verb"].Value)
                {
                    case "disable-line":
                        silent.Add(number);
                        break;
                    case "disable-next-line":
                        silent.Add(number + 1);
                        break;
                    default:
                        isOff = directive.Groups["verb"].Value == "disable";
                        break;
                }
            }

            if (isOff)
            {
                silent.Add(number);
            }
        }

        return silent;
    }

    /// <summary>Without a name a comment concerns every rule; a reason may follow after two dashes.</summary>
    private static bool Concerns(string rest, RuleDescriptor rule)
    {
        var reason = rest.IndexOf("--", StringComparison.Ordinal);
        var names = RuleName().Matches(reason < 0 ? rest : rest[..reason]);
        return names.Count == 0
            || names.Any(name => rule.Equivalents.Any(other => name.Value.EndsWith(other[(other.IndexOf('/', StringComparison.Ordinal) + 1)..], StringComparison.Ordinal)));
    }

    [GeneratedRegex("secretlint-(?<verb>disable-next-line|disable-line|disable|enable)(?<rest>.*)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Directive();

    [GeneratedRegex("@?[a-z0-9-]*/?secretlint-rule-[a-z0-9-]+", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex RuleName();
}

/// <summary>Lines on which nothing is to be said.</summary>
internal readonly record struct SilentLines(IReadOnlySet<int> Numbers)
{
    public bool Cover(int line) => Numbers.Contains(line);
}
