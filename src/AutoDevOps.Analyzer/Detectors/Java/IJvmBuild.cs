using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.Java;

/// <summary>What one run of Maven or Gradle covers: a project with all of its modules.</summary>
internal interface IJvmBuild
{
    string Folder { get; }

    string Name { get; }

    PackageManager Manager { get; }

    JvmSources Sources { get; }

    RuntimeVersion? Version { get; }

    /// <summary>Dependencies as <c>group:artifact</c>, plugins by their names.</summary>
    IReadOnlyList<(string Name, Evidence Place)> Dependencies { get; }

    IEnumerable<CommandCandidate> Candidates();

    ResolvedCommand? Resolve(ShellCommand command);
}
