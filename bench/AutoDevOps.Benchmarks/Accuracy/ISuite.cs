namespace AutoDevOps.Benchmarks.Accuracy;

/// <summary>What another tool says of one place in a sample.</summary>
/// <param name="Rule">As <c>Equivalents</c> name it: <c>gitleaks/github-pat</c>; <c>actionlint/*</c> is every rule of a tool.</param>
/// <param name="IsPositive">Whether the tool finds something there; otherwise its authors say that there is nothing to find.</param>
/// <param name="Line">In the sample; 0: anywhere in it.</param>
/// <param name="Place">In the suite, for a person to look at.</param>
internal sealed record Mark(string Rule, bool IsPositive, int Line, string Place)
{
    /// <summary>Whether its value is not in the suite: the suite has the pattern, and ours was made by it.</summary>
    public bool IsGenerated { get; init; }

    /// <summary>The last line that the place may be taken to be on; where it is not the line itself, the suite marks the beginning of what it means.</summary>
    public int EndLine { get; init; } = Line;
}

/// <summary>One file as it is given to the analyzer, in a repository of its own, at a path that says nothing of tests.</summary>
internal sealed record Sample(string Path, string Text, IReadOnlyList<Mark> Marks)
{
    /// <summary>What lies beside it, because it speaks of it.</summary>
    public IReadOnlyList<(string Path, string Text)> Others { get; init; } = [];
}

/// <summary>What was read of a suite, and how many samples were not, by reason.</summary>
internal sealed class SuiteReading
{
    public List<Sample> Samples { get; } = [];

    public SortedDictionary<string, int> LeftOut { get; } = new(StringComparer.Ordinal);

    public void LeaveOut(string reason, int count = 1) => LeftOut[reason] = LeftOut.GetValueOrDefault(reason) + count;
}

/// <summary>Samples that the authors of another tool wrote for it.</summary>
internal interface ISuite
{
    /// <summary>The folder of its clone, and the tool that <c>Equivalents</c> name.</summary>
    string Name { get; }

    /// <summary>Owner and name on GitHub.</summary>
    string Repository { get; }

    /// <summary>What is read of it, in a sentence.</summary>
    string What { get; }

    /// <param name="folder">The clone.</param>
    /// <param name="claimed">The rules of other tools that ours name.</param>
    SuiteReading Read(string folder, IReadOnlySet<string> claimed);
}
