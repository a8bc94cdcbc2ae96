namespace AutoDevOps.Analyzer.Detectors.Ruby;

/// <summary>A gem that a project depends on.</summary>
/// <param name="IsInstalled">Whether a plain <c>bundle install</c> brings it: not from an optional group, and not where a condition stands
/// before it.</param>
internal sealed record RubyGem(string Name, Evidence Place, bool IsInstalled);
