using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a privileged run that writes what outsiders say into the environment of later steps.</summary>
internal sealed class EnvironmentFileWrite : WorkflowRule
{
    private static readonly string[] Triggers = ["pull_request_target", "workflow_run", "issue_comment", "issues", "discussion", "discussion_comment"];

    private static readonly string[] Readers = ["$(cat ", "$(<", "$(head ", "$(tail ", "$(jq ", "$(unzip ", "`cat "];

    public override RuleDescriptor Descriptor { get; } = new(
        "GHA052", "environment-file-write", Category.Security, Severity.High,
        What: "A step of a privileged event that writes a file or a text of outsiders to `GITHUB_ENV` or `GITHUB_PATH`.",
        Why: "A second line in that text sets another variable, such as `LD_PRELOAD` or `NODE_OPTIONS`, and every later step runs what it names.",
        Remedy: "Hand the value on as an output of the step, and check that it is what it should be.")
    {
        Confidence = 0.85,
        Equivalents = ["zizmor/github-env"],
        References = ["CWE-77", "OWASP CICD-SEC-4", "https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#setting-an-environment-variable"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow)
    {
        if (!workflow.HasTrigger(Triggers))
        {
            yield break;
        }

        foreach (var step in workflow.Steps.Where(step => step.Run?.Text is { } text && (text.Contains("GITHUB_ENV", StringComparison.Ordinal) || text.Contains("GITHUB_PATH", StringComparison.Ordinal)) && !RunGuards.AskWho(step) && !RunGuards.ExcludeEvents(step, Triggers)))
        {
            foreach (var command in StepScript.Commands(step))
            {
                if (command.Targets.Select(target => target.Text).FirstOrDefault(IsEnvironment) is { } target && Source(step, command) is { } source)
                {
                    yield return Descriptor.At(workflow.File.Path, command.Line, $"{source} goes to '{target}', which sets variables for all later steps.");
                }
            }
        }
    }

    private static bool IsEnvironment(string target) => target.Contains("GITHUB_ENV", StringComparison.Ordinal) || target.Contains("GITHUB_PATH", StringComparison.Ordinal);

    private static string? Source(WorkflowStep step, RunCommand command)
    {
        if (command.Is("cat") && command.Arguments.Any())
        {
            return $"The file '{command.Arguments.Last().Text}'";
        }

        var words = string.Join(' ', command.Arguments.Select(word => word.Text));
        return Readers.Any(reader => words.Contains(reader, StringComparison.Ordinal)) ? "What a file says"
            : Variables(step).FirstOrDefault(name => words.Contains($"${name}", StringComparison.Ordinal) || words.Contains($"${{{name}}}", StringComparison.Ordinal)) is { } variable ? $"What outsiders write into '${variable}'"
            : null;
    }

    /// <summary>The variables of the step that hold a text of outsiders.</summary>
    private static IEnumerable<string> Variables(WorkflowStep step) =>
        Workflow.Pairs(step.Node["env"]).Where(pair => step.Workflow.Expressions(pair.Value).SelectMany(expression => expression.Tree?.Flows() ?? []).Any(UntrustedContext.Contains)).Select(pair => pair.Key.Text!);
}
