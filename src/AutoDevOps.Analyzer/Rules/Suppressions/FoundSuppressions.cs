namespace AutoDevOps.Analyzer.Rules.Suppressions;

/// <summary>What the comments of one file say, as it is gathered.</summary>
internal sealed class FoundSuppressions(string path)
{
    private readonly List<Suppression> _all = [];
    private readonly List<Diagnostic> _problems = [];
    private readonly List<(string[] Names, int Start)> _open = [];

    public IReadOnlyList<Diagnostic> Problems => _problems;

    /// <summary>Holds the rules of these names back on these lines. A name is a rule's id or name here, its name in another tool
    /// (<c>hadolint/DL3008</c>), or the beginning of one of these with <c>*</c>.</summary>
    public void Add(IEnumerable<string> names, LineRange lines)
    {
        if (lines.Start > 0)
        {
            _all.Add(new([.. names], lines));
        }
    }

    /// <summary>Holds them back from this line on, until <see cref="Close"/> or the end of the file.</summary>
    public void Open(IEnumerable<string> names, int line) => _open.Add(([.. names], line));

    /// <summary>Ends what was opened under one of these names; without names, whatever a tool opened.</summary>
    public void Close(string tool, IReadOnlyCollection<string> names, int line)
    {
        foreach (var open in _open.Where(open => open.Names[0].StartsWith(tool, StringComparison.Ordinal) && (names.Count == 0 || open.Names.Any(names.Contains))).ToList())
        {
            _open.Remove(open);
            Add(open.Names, new(open.Start, line));
        }
    }

    public void Problem(int line, string message) => _problems.Add(new(path, line, message));

    /// <summary>All of it, once the file was read to its end.</summary>
    public IReadOnlyList<Suppression> ToEnd()
    {
        foreach (var (names, start) in _open)
        {
            Add(names, new(start, int.MaxValue));
        }

        _open.Clear();
        return _all;
    }
}

/// <summary>Rules that are held back on some lines.</summary>
internal sealed record Suppression(string[] Written, LineRange Lines)
{
    public bool Names(RuleDescriptor rule) => Array.Exists(Written, name => name.EndsWith('*')
        ? rule.Id.StartsWith(name[..^1], StringComparison.OrdinalIgnoreCase) || rule.Equivalents.Any(other => other.StartsWith(name[..^1], StringComparison.OrdinalIgnoreCase))
        : name.Equals(rule.Id, StringComparison.OrdinalIgnoreCase) || name.Equals(rule.Name, StringComparison.OrdinalIgnoreCase) || rule.Equivalents.Contains(name, StringComparer.OrdinalIgnoreCase));
}
