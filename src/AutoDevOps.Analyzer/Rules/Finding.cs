namespace AutoDevOps.Analyzer.Rules;

/// <summary>A place in a file. Lines and columns start at 1; column 0 means the whole line; the end is inclusive for
/// lines and exclusive for columns, as in SARIF.</summary>
public sealed record Location(string Path, int StartLine, int EndLine, int StartColumn = 0, int EndColumn = 0)
{
    /// <summary>A finding about the repository as a whole.</summary>
    public static Location Repository { get; } = new("", 0, 0);

    public override string ToString() => StartLine > 0 ? $"{Path}:{StartLine}" : Path;
}

/// <summary>One violation of one rule at one place.</summary>
/// <param name="Message">Names the thing that is wrong; a secret in it is redacted.</param>
/// <param name="Confidence">From 0 to 1.</param>
public sealed record Finding(RuleDescriptor Rule, Location Location, string Message, double Confidence)
{
    /// <summary>Identifies the finding across analyses, also when its lines move; set by <see cref="RepositoryAnalyzer"/>.</summary>
    public string Fingerprint { get; init; } = "";

    /// <summary>A patch that mends it, or null.</summary>
    public Fix? Fix { get; init; }

    public Severity Severity { get; init; } = Rule.Severity;

    /// <summary>How it stands to the analysis before; new, as long as nobody compared.</summary>
    public FindingState State { get; init; }
}

/// <summary>What became of a finding since the analysis before, and whether somebody decided that it may stay.</summary>
public enum FindingState
{
    New,
    Existing,
    Fixed,
    Suppressed,
}

/// <summary>A deterministic patch: edits of one file that do not overlap.</summary>
public sealed record Fix(string Description, string Path, IReadOnlyList<Edit> Edits);

/// <summary>Replaces whole lines; <paramref name="EndLine"/> = <paramref name="StartLine"/> - 1 inserts before
/// <paramref name="StartLine"/>.</summary>
/// <param name="Text">The new lines, joined by <c>\n</c>, without a final one; null deletes.</param>
public sealed record Edit(int StartLine, int EndLine, string? Text);
