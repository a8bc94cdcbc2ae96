namespace AutoDevOps.Analyzer.Parsing;

/// <param name="Keyword">Upper case.</param>
/// <param name="Arguments">The rest; continued lines are joined by <c>\n</c>.</param>
/// <param name="Body">The text of its heredocs.</param>
internal sealed record DockerInstruction(string Keyword, string Arguments, string Body, int StartLine, int EndLine)
{
    /// <summary>All of it but its heredocs, and where it stands.</summary>
    public required TracedText Text { get; init; }

    /// <summary>Where in <see cref="Text"/> the arguments begin.</summary>
    public required int ArgumentsStart { get; init; }

    public required IReadOnlyList<DockerHeredoc> Heredocs { get; init; }

    /// <summary>Arguments and heredocs: what a shell would read.</summary>
    public string Script => Body.Length == 0 ? Arguments : Arguments + "\n" + Body;

    /// <summary>The arguments without the leading <c>--flags</c>.</summary>
    public IEnumerable<string> Words() =>
        Arguments.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries).SkipWhile(word => word.StartsWith("--", StringComparison.Ordinal));

    public bool HasFlag(string name) =>
        Arguments.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .TakeWhile(word => word.StartsWith("--", StringComparison.Ordinal))
            .Any(word => word.StartsWith("--" + name, StringComparison.Ordinal));

    /// <summary>What <c>COPY</c> and <c>ADD</c> take from the build context, the destination left out; nothing with
    /// <c>--from</c>.</summary>
    public IReadOnlyList<string> Sources()
    {
        if (Keyword is not ("COPY" or "ADD") || HasFlag("from="))
        {
            return [];
        }

        var words = Words().Select(word => word.Trim('[', ']', ',', '"')).Where(word => word.Length > 0).ToList();
        return words.Count < 2 ? [] : words[..^1];
    }

    /// <summary>The pairs of <c>ENV</c> and <c>ARG</c>; the value of an <c>ARG</c> without a default is null.</summary>
    public IEnumerable<(string Name, string? Value)> Assignments()
    {
        var words = ShellWords.Split(Arguments);
        if (Keyword == "ENV" && words.Count > 1 && !words[0].Contains('=', StringComparison.Ordinal))
        {
            // The old form: ENV NAME the rest of the line.
            yield return (words[0], string.Join(' ', words.Skip(1)));
            yield break;
        }

        foreach (var word in words)
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            yield return equals < 0 ? (word, null) : (word[..equals], word[(equals + 1)..]);
        }
    }
}
