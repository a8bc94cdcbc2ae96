using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags commands to the runner that are printed instead of written to a file.</summary>
internal sealed partial class DeprecatedCommand : WorkflowOrActionRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "GHA080", "deprecated-command", Category.CiCd, Severity.Medium,
        What: "`::set-output`, `::save-state`, `::set-env` or `::add-path` in a script.",
        Why: "The runner refuses the last two, and warns of the first two, which text of a program can imitate.",
        Remedy: "Write `name=value` to `$GITHUB_OUTPUT`, `$GITHUB_STATE` or `$GITHUB_ENV`, and paths to `$GITHUB_PATH`.")
    {
        Confidence = 0.97,
        Equivalents = ["actionlint/deprecated-commands"],
        References = ["CWE-77", "https://github.blog/changelog/2022-10-11-github-actions-deprecating-save-state-and-set-output-commands/"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow)
    {
        foreach (var step in workflow.Steps.Where(step => step.Run?.Text?.Contains("::", StringComparison.Ordinal) == true))
        {
            foreach (var (text, line) in StepScript.Lines(step.Run!))
            {
                if (Command().Match(text) is { Success: true } match)
                {
                    var name = match.Groups["name"].Value;
                    yield return Descriptor.At(workflow.File.Path, line, $"'::{name}' is {(name is "set-env" or "add-path" ? "refused by the runner" : "deprecated")}.") with
                    {
                        Severity = name is "set-env" or "add-path" ? Severity.High : Severity.Medium,
                        Fix = StepScript.IsPosix(step) || step.Node["shell"]?.Text == "bash" ? Repair(workflow, line) : null,
                    };
                }
            }
        }
    }

    /// <summary>Of a line that only prints the command, in quotes that mean the same for what is written.</summary>
    private static Fix? Repair(Workflow workflow, int line)
    {
        var text = line <= workflow.Lines.Count ? workflow.Lines[line - 1] : "";
        if (text.Length > UsedVersion.MaxLine || Whole().Match(text) is not { Success: true } match)
        {
            return null;
        }

        var file = match.Groups["name"].Value switch { "set-output" => "GITHUB_OUTPUT", "save-state" => "GITHUB_STATE", _ => "GITHUB_ENV" };
        var (quote, value) = (match.Groups["quote"].Value, match.Groups["value"].Value);
        return value.Contains(quote[0], StringComparison.Ordinal) || value.Contains("::", StringComparison.Ordinal) ? null
            : new($"Write to {file}", workflow.File.Path, [new Edit(line, line, $"{match.Groups["before"].Value}echo {quote}{match.Groups["key"].Value}={value}{quote} >> \"${file}\"")]);
    }

    [GeneratedRegex(@"::(?<name>set-output|save-state|set-env|add-path)( name=|::)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Command();

    [GeneratedRegex("""^(?<before>\s*(- )?(run: )?)echo (?<quote>["'])::(?<name>set-output|save-state|set-env) name=(?<key>[A-Za-z0-9_-]{1,100})::(?<value>[^:]{0,500})["']\s*$""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Whole();
}
