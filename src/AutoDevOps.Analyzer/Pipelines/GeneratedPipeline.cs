using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Pipelines;

/// <summary>Turns a build plan into the files of one CI vendor. The same plan gives the same bytes.</summary>
public interface IPipelineWriter
{
    /// <summary>As the terminal and the API name it: <c>github</c>, <c>gitlab</c> …</summary>
    string Platform { get; }

    /// <summary>Leaves out of a plan what this vendor cannot run as it is meant, and says so there.</summary>
    BuildPlan Fit(BuildPlan plan) => plan;

    /// <param name="plan">What <see cref="Fit"/> left.</param>
    IReadOnlyList<GeneratedFile> Write(BuildPlan plan);
}

/// <param name="Path">Relative to the repository's root.</param>
/// <param name="LineEvidence">For each line that carries a fact: where the fact stands.</param>
public sealed record GeneratedFile(string Path, string Text, IReadOnlyList<LineEvidence> LineEvidence);

/// <param name="Line">From 1, in the generated file.</param>
/// <param name="Confidence">From 0 to 1: how sure it is that the evidence says so.</param>
public sealed record LineEvidence(int Line, IReadOnlyList<Evidence> Evidence, double Confidence);

/// <summary>A check that a pipeline had to pass before it is offered.</summary>
/// <param name="Detail">Why it failed, or what was checked.</param>
public sealed record PipelineCheck(string Name, bool Passed, string Detail);

/// <summary>A pipeline with the proof that it may be offered.</summary>
public sealed record GeneratedPipeline(
    string Platform,
    IReadOnlyList<GeneratedFile> Files,
    IReadOnlyList<PipelineCheck> Checks,
    IReadOnlyList<NotInferred> NotInferred,
    IReadOnlyList<string> RequiredSecrets)
{
    /// <summary>Only such a pipeline is shown as ready; of another, the failed checks are.</summary>
    public bool IsProven => Files.Count > 0 && Checks.All(check => check.Passed);

    /// <summary>Proven, but for the place that somebody else's file has: it may be shown, and written elsewhere.</summary>
    public bool IsProvenButForItsPlace => Files.Count > 0 && Checks.All(check => check.Passed || check.Name == PipelineProof.ReplacesNothingName);
}
