using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>The places of a step whose text is executed after its expressions were replaced by their values.</summary>
internal static class ScriptSinks
{
    /// <summary>Actions with the input that they execute.</summary>
    private static readonly (string Action, string Input)[] Inputs =
    [
        ("actions/github-script", "script"),
        ("addnab/docker-run-action", "run"),
        ("appleboy/ssh-action", "script"),
        ("azure/cli", "inlineScript"),
        ("azure/powershell", "inlineScript"),
        ("nick-fields/retry", "command"),
        ("reactivecircus/android-emulator-runner", "script"),
    ];

    public static IEnumerable<(DataNode Script, string Name)> Of(WorkflowStep step)
    {
        if (step.Run is { } run)
        {
            yield return (run, "'run'");
        }

        foreach (var (action, input) in Inputs)
        {
            if (step.Action?.Is(action) == true && step.With(input) is { } script)
            {
                yield return (script, $"'{input}' of {action}");
            }
        }
    }
}
