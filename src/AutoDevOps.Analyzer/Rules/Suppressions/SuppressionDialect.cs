namespace AutoDevOps.Analyzer.Rules.Suppressions;

/// <summary>The comments by which one tool is told that a finding may stay. A new tool is one subclass and one line in <see cref="All"/>.</summary>
internal abstract class SuppressionDialect
{
    /// <summary>Every tool whose comments are understood, our own first.</summary>
    public static IReadOnlyList<SuppressionDialect> All { get; } =
    [
        new OwnComment(),
        new HadolintComment(),
        new DockerCheckComment(),
        new ZizmorComment(),
        new GitleaksComment(),
        new DisableComment("secretlint", "SEC*"),
        new DisableComment("eslint", "COD*"),
        new SemgrepComment(),
        new NosecComment(),
        new NolintComment(),
        new NoqaComment(),
        new PragmaComment(),
        new NosonarComment(),
        new CheckovComment(),
        new TrivyComment(),
    ];

    /// <summary>A word without which no comment of the tool can be there.</summary>
    public abstract string Mark { get; }

    /// <summary>Understands a comment that holds the mark, or leaves it.</summary>
    public abstract void Read(Comment comment, FoundSuppressions found);

    /// <summary>The names in a list with commas or spaces.</summary>
    protected static IEnumerable<string> Names(string list) => list.Split([',', ' ', '\t'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
