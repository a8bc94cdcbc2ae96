namespace AutoDevOps.Analyzer.Detectors.TaskRunners;

/// <summary>A task that a task runner's file defines.</summary>
/// <param name="Runner"><c>make just task mise script</c>.</param>
/// <param name="Run">How it is called from the folder of its file.</param>
/// <param name="Body">What it runs, that of the tasks it depends on included.</param>
internal sealed record TaskTarget(string Runner, string Name, string Run, string Body, Evidence Evidence)
{
    /// <summary>It calls itself.</summary>
    public bool IsEndless { get; init; }
}
