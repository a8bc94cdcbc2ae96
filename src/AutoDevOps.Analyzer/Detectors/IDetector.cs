namespace AutoDevOps.Analyzer.Detectors;

/// <summary>Finds the components of one ecosystem and what their files say about them.</summary>
/// <remarks>A detector answers with evidence or not at all; when two readings are possible it abstains through
/// <see cref="DetectionContext.Abstain"/>.</remarks>
public interface IDetector
{
    /// <summary>One of <see cref="Ecosystems"/>.</summary>
    string Ecosystem { get; }

    /// <summary>Every ecosystem that a component of it may be of.</summary>
    IReadOnlyList<string> Finds => [Ecosystem];

    IEnumerable<Component> Detect(DetectionContext context);
}

/// <summary>What detectors share: the files, what existing CI runs, and where to say "not sure".</summary>
public sealed class DetectionContext(RepositorySnapshot snapshot, IReadOnlyList<CiConfiguration> ci)
{
    private readonly FileIndex _files = new(snapshot);
    private readonly List<NotInferred> _notInferred = [];
    private readonly List<Diagnostic> _diagnostics = [];
    private Commands.CalledFiles? _calledFiles;

    public RepositorySnapshot Snapshot => snapshot;

    /// <summary>Which files there are; made once for all detectors.</summary>
    internal FileIndex Files => _files;

    /// <summary>Which files that commands run are missing.</summary>
    internal Commands.CalledFiles CalledFiles => _calledFiles ??= new(snapshot, _files);

    /// <summary>Existing CI, the strongest evidence of how a repository is built and tested.</summary>
    public IReadOnlyList<CiConfiguration> Ci => ci;

    public IReadOnlyList<NotInferred> NotInferred => _notInferred;

    public IReadOnlyList<Diagnostic> Diagnostics => _diagnostics;

    /// <summary>Records that a fact was not inferred, and why.</summary>
    public void Abstain(string component, string what, string why) => _notInferred.Add(new(component, what, why));

    /// <summary>Records a file that could not be understood.</summary>
    public void Report(Diagnostic diagnostic) => _diagnostics.Add(diagnostic);
}
