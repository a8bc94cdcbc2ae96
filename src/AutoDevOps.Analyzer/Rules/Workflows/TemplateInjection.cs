using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags text that anyone can write being pasted into a script by <c>${{ }}</c>.</summary>
internal sealed class TemplateInjection : IFileRule
{
    /// <summary>Events that outsiders cause and that run with the repository's secrets and a token that may write.</summary>
    private static readonly string[] Privileged =
    [
        "pull_request_target", "issue_comment", "issues", "workflow_run", "discussion", "discussion_comment", "gollum", "fork", "watch",
    ];

    /// <summary>Events whose run has no secrets when an outsider causes it, or that only members cause.</summary>
    private static readonly string[] Contained =
    [
        "pull_request", "pull_request_review", "pull_request_review_comment", "push", "merge_group", "workflow_dispatch", "schedule", "release",
        "create", "delete", "repository_dispatch",
    ];

    public RuleDescriptor Descriptor { get; } = new(
        "GHA021", "template-injection", Category.Security, Severity.High,
        What: "A text that outsiders write (a title, body, branch name, commit message …) pasted into a script by `${{ }}`; critical where the run has secrets, medium where it has none.",
        Why: "The text becomes part of the program: a pull request titled `\"; curl …` runs that command with the job's token.",
        Remedy: "Put the value into `env` of the step and use it there as a quoted shell variable.")
    {
        Equivalents = ["zizmor/template-injection", "actionlint/expression", "poutine/injection", "scorecard/Dangerous-Workflow"],
        References =
        [
            "CWE-94", "CWE-78", "OWASP CICD-SEC-4",
            "https://docs.github.com/actions/concepts/security/script-injections",
        ],
    };

    public bool Reads(SnapshotFile file) => Workflow.IsWorkflowOrActionPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        if (Workflow.Read(file) is not { } workflow)
        {
            yield break;
        }

        var fixes = new YamlFix(file);
        foreach (var step in workflow.Steps)
        {
            foreach (var (script, sink) in ScriptSinks.Of(step))
            {
                foreach (var expression in workflow.Expressions(script))
                {
                    if (Source(step, expression) is { } source)
                    {
                        var path = expression.Tree!.Flows().FirstOrDefault(UntrustedContext.Contains);
                        yield return Descriptor.At(ExpressionLocation.Of(workflow, expression), $"{source} is written by outsiders and becomes part of {sink}.") with
                        {
                            Severity = Rank(step),
                            Fix = path is null || path.AsJson ? null : ScriptVariable.Fix(fixes, step, expression, path.ToString()),
                        };
                    }
                }
            }
        }
    }

    private static string? Source(WorkflowStep step, EmbeddedExpression expression)
    {
        foreach (var path in expression.Tree?.Flows() ?? [])
        {
            if (UntrustedContext.Contains(path))
            {
                return $"'{path}'";
            }

            if (path.Names is [var context, var variable] && context.Equals("env", StringComparison.OrdinalIgnoreCase)
                && FromEnvironment(step, variable) is { } origin)
            {
                return $"'{path}' (which is '{origin}')";
            }
        }

        return null;
    }

    /// <summary>The untrusted value that the nearest <c>env</c> gives a variable, or null.</summary>
    private static ContextPath? FromEnvironment(WorkflowStep step, string variable)
    {
        foreach (var node in new[] { step.Node, step.Job?.Node, step.Job is null ? null : step.Workflow.Root })
        {
            if (node?.At("env", variable) is { } value)
            {
                return step.Workflow.Expressions(value).SelectMany(expression => expression.Tree?.Flows() ?? []).FirstOrDefault(UntrustedContext.Contains);
            }
        }

        return null;
    }

    private static Severity Rank(WorkflowStep step)
    {
        if (RunGuards.AskWho(step))
        {
            return Severity.Low;
        }

        var triggers = step.Workflow.Triggers;
        if (step.Workflow.HasTrigger(Privileged) && !RunGuards.ExcludeEvents(step, Privileged))
        {
            return Severity.Critical;
        }

        return triggers.Count > 0 && triggers.All(trigger => Contained.Contains(trigger.Name) || Privileged.Contains(trigger.Name)) ? Severity.Medium : Severity.High;
    }
}
