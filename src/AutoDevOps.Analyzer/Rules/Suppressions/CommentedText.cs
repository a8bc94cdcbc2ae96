using System.Buffers;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Suppressions;

/// <summary>The lines of a file as a comment sees them: what stands beside it, below it and around it.</summary>
internal sealed class CommentedText
{
    private const int MaxClimb = 4;

    private readonly IReadOnlyList<string> _lines;
    private readonly string[] _leads;
    private readonly Dockerfile? _dockerfile;
    private readonly Lazy<Blocks> _blocks;

    public CommentedText(SnapshotFile file)
    {
        _dockerfile = Dockerfile.IsPath(file) ? Dockerfile.Parse(file) : null;
        _lines = _dockerfile?.Lines ?? [.. file.Lines().Select(line => line.Text)];
        _leads = Leads(file);
        Extension = file.Extension;
        _blocks = new(() => new(_lines, line => IsOnlyComment(line)));
    }

    public string Extension { get; }

    public bool IsDockerfile => _dockerfile is not null;

    /// <summary>The lines that hold one of the marks.</summary>
    public IEnumerable<Comment> Find(SearchValues<string> marks)
    {
        for (var number = 1; number <= _lines.Count; number++)
        {
            var line = _lines[number - 1];
            WorkBudget.Spend(1 + (line.Length / 64));
            if (line.AsSpan().IndexOfAny(marks) is >= 0 and var mark && !IsInInstruction(number))
            {
                var start = mark == 0 ? -1 : _leads.Max(lead => line.LastIndexOf(lead, mark - 1, StringComparison.Ordinal));
                yield return new(this, number, line, start, start >= 0 && IsOnlyComment(line.AsSpan(0, start)));
            }
        }
    }

    /// <summary>The first line after this one that is neither empty nor only a comment, to the end of its instruction; none: nothing.</summary>
    internal LineRange Next(int number)
    {
        if (_dockerfile is null)
        {
            var next = _blocks.Value.Next(number);
            return new(next, next);
        }

        var index = CountUpTo(number);
        return index < _dockerfile.Instructions.Count ? new(_dockerfile.Instructions[index].StartLine, _dockerfile.Instructions[index].EndLine) : LineRange.None;
    }

    /// <summary>What begins on the next line and is indented below it: a step, a job, a resource.</summary>
    internal LineRange Below(int number) =>
        _dockerfile is null && Next(number) is { Start: > 0 } next ? new(next.Start, _blocks.Value.EndOf(next.Start)) : Next(number);

    /// <summary>The item of a list that a line stands in, a few keys below its dash at most; none: nothing.</summary>
    internal LineRange Item(int number)
    {
        for (var (line, climbed) = (number <= _lines.Count ? number : 0, 0); _dockerfile is null && line > 0 && climbed < MaxClimb; (line, climbed) = (_blocks.Value.Around(line), climbed + 1))
        {
            if (_lines[line - 1].AsSpan().TrimStart().StartsWith("- "))
            {
                return new(line, _blocks.Value.EndOf(line));
            }
        }

        return LineRange.None;
    }

    /// <summary>The block that a line stands in, by indentation; the whole file at its outermost.</summary>
    internal LineRange Around(int number) =>
        _dockerfile is null && _blocks.Value.Around(number) is > 0 and var start ? new(start, _blocks.Value.EndOf(start)) : LineRange.Whole;

    /// <summary>The document of a YAML stream that a line stands in.</summary>
    internal LineRange Document(int number)
    {
        var (start, end) = (number, number);
        while (start > 1 && !IsDocumentEnd(start - 1))
        {
            start--;
        }

        while (end < _lines.Count && !IsDocumentEnd(end + 1))
        {
            end++;
        }

        return new(start, end);
    }

    /// <summary>Whether a comment stands before everything else.</summary>
    internal bool IsBeforeAll(int number) => Next(0).Start > number;

    private static string[] Leads(SnapshotFile file) => file.Extension switch
    {
        ".cs" or ".js" or ".mjs" or ".cjs" or ".jsx" or ".ts" or ".tsx" or ".mts" or ".cts" or ".go" or ".java" or ".kt" or ".kts" or ".gradle" or ".scala" or ".swift"
            or ".rs" or ".c" or ".h" or ".cc" or ".cpp" or ".hpp" or ".dart" or ".zig" or ".json" or ".jsonc" or ".json5" or ".vue" or ".svelte" => ["//", "/*", "<!--"],
        ".md" or ".mdx" or ".html" or ".htm" or ".xml" or ".csproj" or ".props" or ".targets" or ".razor" or ".cshtml" or ".svg" => ["<!--", "@*"],
        ".sql" or ".lua" or ".hs" or ".elm" => ["--"],
        ".tf" or ".hcl" or ".tfvars" or ".php" => ["#", "//", "/*"],
        ".ini" or ".cfg" => ["#", ";"],
        _ when file.Name is "Jenkinsfile" => ["//", "/*"],
        _ => ["#"],
    };

    private bool IsDocumentEnd(int number) => _lines[number - 1].StartsWith("---", StringComparison.Ordinal);

    private bool IsOnlyComment(ReadOnlySpan<char> line)
    {
        var text = line.Trim();
        if (text.Length == 0)
        {
            return true;
        }

        foreach (var lead in _leads)
        {
            if (text.StartsWith(lead, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsInInstruction(int number) =>
        _dockerfile is not null && CountUpTo(number) is > 0 and var count && _dockerfile.Instructions[count - 1].EndLine >= number;

    /// <summary>How many instructions begin on this line or before.</summary>
    private int CountUpTo(int number)
    {
        var (low, high) = (0, _dockerfile!.Instructions.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _dockerfile.Instructions[middle].StartLine <= number ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}

/// <summary>Lines from and to, both inclusive; from 0 means none.</summary>
internal readonly record struct LineRange(int Start, int End)
{
    public static LineRange None => default;

    public static LineRange Whole => new(1, int.MaxValue);
}

/// <summary>A line with a mark on it.</summary>
/// <param name="Start">Where on the line the comment begins; -1: the mark stands in no comment.</param>
/// <param name="IsAlone">Nothing but comments stands before it on its line.</param>
internal sealed record Comment(CommentedText Source, int Number, string Line, int Start, bool IsAlone)
{
    /// <summary>More than this of a line is read by nobody.</summary>
    private const int MaxLength = 1000;

    /// <summary>The comment with its lead; empty when the mark stands in none.</summary>
    public string Text { get; } = Start < 0 ? "" : Line[Start..Math.Min(Line.Length, Start + MaxLength)];

    public LineRange Here => new(Number, Number);

    /// <summary>Beside code its line, alone the next.</summary>
    public LineRange Beside => IsAlone ? Source.Next(Number) : Here;

    /// <summary>Beside code its line, alone all that begins on the next.</summary>
    public LineRange Thing => IsAlone ? Source.Below(Number) : Here;

    /// <summary>The item of a list that it stands in or above; where there is none, <see cref="Thing"/>.</summary>
    public LineRange Item => Source.Item(Beside.Start) is { Start: > 0 } item ? item : Thing;
}
