namespace AutoDevOps.Analyzer;

/// <summary>What of the repository was looked at: part of every result, so that silence is never mistaken for a clean bill.</summary>
/// <param name="Files">Files listed.</param>
/// <param name="Read">Files whose text was examined.</param>
/// <param name="Skipped">The rest, counted by reason.</param>
public sealed record Coverage(int Files, int Read, IReadOnlyList<Skipped> Skipped);

public sealed record Skipped(FileKind Reason, int Count);

/// <summary>Something that could not be read or understood, at its place.</summary>
/// <param name="Path">Relative to the root; <c>""</c> when it is about the repository as a whole.</param>
/// <param name="Line">From 1; 0 when it is about the whole file.</param>
public sealed record Diagnostic(string Path, int Line, string Message);

/// <summary>The place that a fact was read from.</summary>
/// <param name="Line">From 1; 0 when the existence of the file is the evidence.</param>
/// <param name="Excerpt">What stands there, trimmed, at most 200 characters; null when the path says it all.</param>
public sealed record Evidence(string Path, int Line, string? Excerpt = null)
{
    public override string ToString() => Line > 0 ? $"{Path}:{Line}" : Path;
}
