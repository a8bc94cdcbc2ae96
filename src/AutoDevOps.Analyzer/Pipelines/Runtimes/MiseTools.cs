namespace AutoDevOps.Analyzer.Pipelines.Runtimes;

/// <summary>Has mise bring a runtime for which no other pinned action is at hand.</summary>
internal static class MiseTools
{
    /// <param name="tool">As mise names it.</param>
    /// <param name="version">A version, the beginning of one, <c>latest</c>, or an expression.</param>
    public static WorkflowStepText Step(string name, string tool, string version, Basis basis) =>
        SetupActions.Uses(name, "jdx/mise-action", [("tool_versions", $"{tool} {version}")], basis);
}
