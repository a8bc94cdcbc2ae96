namespace AutoDevOps.Benchmarks.RealRuns;

/// <summary>A job as it can be run here: shell, one step after the other, in a clean copy of the repository.</summary>
/// <param name="Name">As the workflow calls it.</param>
/// <param name="LeftOut">What the workflow does besides that is not run here, each with the reason.</param>
internal sealed record RealJob(string Name, IReadOnlyList<RealStep> Steps, IReadOnlyList<string> LeftOut)
{
    /// <summary>Two jobs of the same key do the same.</summary>
    public string Key => string.Join('\n', Steps.Select(step => $"{step.Folder}\0{step.Script}\0{string.Join('\0', step.Environment.Select(variable => $"{variable.Key}={variable.Value}"))}"));
}

/// <param name="Script">What <c>run:</c> says.</param>
/// <param name="Folder">Relative to the root of the repository.</param>
internal sealed record RealStep(string Script, string Folder, IReadOnlyDictionary<string, string> Environment);

/// <param name="Failure">The step that failed and the last lines it said; null: every step passed.</param>
internal sealed record JobOutcome(RealJob Job, StepFailure? Failure, TimeSpan Time)
{
    /// <summary>A program is missing here that a hosted runner has: nothing is learned about the workflow.</summary>
    public bool LacksAProgram => Failure?.ExitCode == 127 && Failure.LastLines.Any(line => line.Contains("step.sh: line ", StringComparison.Ordinal));
}

/// <param name="ExitCode">Null: it was ended because it took too long.</param>
internal sealed record StepFailure(RealStep Step, int? ExitCode, IReadOnlyList<string> LastLines);
