using YamlDotNet.Core;
using YamlDotNet.Core.Tokens;

namespace AutoDevOps.Analyzer.Parsing.Yaml;

/// <summary>A YAML file with all that is written in it: where each value begins and ends, its comments, its anchors.</summary>
/// <remarks>The text itself is kept, so nothing is lost that the tree does not say. Of several documents it is the first.</remarks>
public sealed class YamlSource
{
    private readonly YamlReferences _references;
    private readonly HashSet<string> _referred;
    private readonly List<int> _lineStarts;
    private readonly HashSet<int> _commentLines;

    private YamlSource(string text, DataNode root, YamlReferences references)
    {
        Text = text;
        Root = root;
        _references = references;
        _referred = [.. references.Aliases.Values.Select(alias => alias.Name)];
        _lineStarts = LineStarts(text);
        Comments = ReadComments(text);
        _commentLines = [.. Comments.Where(comment => !comment.IsBeside).Select(comment => comment.Line)];
        NewLine = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
    }

    public string Text { get; }

    public DataNode Root { get; }

    /// <summary>The comments in the order they stand.</summary>
    public IReadOnlyList<YamlComment> Comments { get; }

    /// <summary>What the lines of the file end with.</summary>
    internal string NewLine { get; }

    /// <summary>The file, or null when it is empty or no YAML.</summary>
    public static YamlSource? Read(string text)
    {
        var references = new YamlReferences();
        try
        {
            return new YamlTreeReader(text) { References = references }.Read() is { } root ? new(text, root, references) : null;
        }
        catch (DataFormatException)
        {
            return null;
        }
    }

    /// <summary>The pairs of a mapping with their places.</summary>
    public IEnumerable<YamlEntry> Entries(DataNode mapping) => mapping.Entries.Select((pair, index) => Entry(mapping, pair.Key, pair.Value, index));

    /// <summary>The pair of that key, of a repeated key the last; or null.</summary>
    public YamlEntry? Entry(DataNode mapping, string key) => Entries(mapping).LastOrDefault(entry => entry.Key.Text == key);

    /// <summary>The anchor of a node without its <c>&amp;</c>, or null.</summary>
    public string? AnchorOf(DataNode node) => _references.Anchors.GetValueOrDefault(node);

    /// <summary>From the first character of a node, its tag and anchor included, to just after its last; trailing lines and comments are no
    /// part of it.</summary>
    public SourceSpan SpanOf(DataNode node)
    {
        var start = Offset(node.Start);
        return new(start, Math.Max(start, End(node)));
    }

    /// <summary>The comments on the lines directly above a place, and that at the end of its line.</summary>
    public IReadOnlyList<YamlComment> CommentsAt(int line)
    {
        var first = line;
        while (_commentLines.Contains(first - 1))
        {
            first--;
        }

        return [.. Comments.Where(comment => comment.IsBeside ? comment.Line == line : comment.Line >= first && comment.Line < line)];
    }

    internal int Offset(Position position) => Math.Min(Text.Length, _lineStarts[Math.Min(position.Line, _lineStarts.Count) - 1] + position.Column - 1);

    /// <summary>The line of a character, counted from 1.</summary>
    internal int LineOf(int offset)
    {
        var found = _lineStarts.BinarySearch(offset);
        return found >= 0 ? found + 1 : ~found;
    }

    internal int LineStart(int line) => line > _lineStarts.Count ? Text.Length : _lineStarts[line - 1];

    internal bool IsReferredTo(DataNode node) => AnchorOf(node) is { } anchor && _referred.Contains(anchor);

    /// <summary>Whether something refers to the node or to a part of it.</summary>
    internal bool HoldsAnchor(DataNode node) => IsReferredTo(node) || HoldsAnchorBelow(node);

    internal bool HoldsAnchorBelow(DataNode node) => node.Items.Any(HoldsAnchor) || node.Entries.Any(pair => HoldsAnchor(pair.Key) || HoldsAnchor(pair.Value));

    private YamlEntry Entry(DataNode mapping, DataNode key, DataNode value, int index)
    {
        var alias = _references.Aliases.GetValueOrDefault((mapping, index));
        var span = alias is null ? SpanOf(value) : new(Offset(alias.Start), Offset(alias.End));
        return new(mapping, key, value, alias?.Name, SpanOf(key), span);
    }

    private int End(DataNode node)
    {
        var last = node.Kind == NodeKind.Sequence ? node.Items.Count - 1 : node.Entries.Count - 1;
        if (node.Kind != NodeKind.Scalar && IsFlow(node))
        {
            // The mark stands before the bracket.
            return Math.Min(Text.Length, Offset(node.End) + 1);
        }

        if (node.Kind == NodeKind.Scalar || last < 0)
        {
            var end = Offset(node.End);
            // The mark of a block scalar and of nothing is where the reader went on.
            return node.BlockLine > 0 || (node.Kind == NodeKind.Scalar && node.Text is null && end > Offset(node.Start)) ? Trimmed(Offset(node.Start), end) : end;
        }

        if (_references.Aliases.TryGetValue((node, last), out var alias))
        {
            return Offset(alias.End);
        }

        var child = node.Kind == NodeKind.Sequence ? node.Items[last] : node.Entries[last].Value;
        return Math.Max(End(child), node.Kind == NodeKind.Mapping ? AfterColon(node.Entries[last].Key) : Offset(child.Start));
    }

    /// <summary>Just after the colon of a key: the end of a pair whose value is nothing.</summary>
    private int AfterColon(DataNode key)
    {
        var end = End(key);
        var colon = Text.IndexOf(':', end);
        return colon < 0 ? end : colon + 1;
    }

    private bool IsFlow(DataNode node)
    {
        // Before the bracket there may be a tag and an anchor.
        var at = Offset(node.Start);
        while (at < Text.Length && Text[at] is '!' or '&')
        {
            while (at < Text.Length && !char.IsWhiteSpace(Text[at]))
            {
                at++;
            }

            while (at < Text.Length && Text[at] is ' ' or '\t')
            {
                at++;
            }
        }

        return at < Text.Length && Text[at] is '[' or '{';
    }

    private int Trimmed(int start, int end)
    {
        while (end > start && char.IsWhiteSpace(Text[end - 1]))
        {
            end--;
        }

        return end;
    }

    /// <summary>Where lines begin, as the YAML reader counts them.</summary>
    private static List<int> LineStarts(string text)
    {
        List<int> starts = [0];
        for (var index = 0; index < text.Length; index++)
        {
            var isBreak = text[index] is '\n' or '\u0085' or '\u2028' or '\u2029' || (text[index] == '\r' && (index + 1 == text.Length || text[index + 1] != '\n'));
            if (isBreak)
            {
                starts.Add(index + 1);
            }
        }

        return starts;
    }

    private static List<YamlComment> ReadComments(string text)
    {
        List<YamlComment> comments = [];
        var scanner = new Scanner(new StringReader(text), skipComments: false);
        while (scanner.MoveNext())
        {
            if (scanner.Current is Comment comment)
            {
                comments.Add(new((int)comment.Start.Line, (int)comment.Start.Column, comment.Value, comment.IsInline));
            }
        }

        return comments;
    }
}

/// <param name="Column">Of the <c>#</c>.</param>
/// <param name="Text">Without the <c>#</c>, trimmed.</param>
/// <param name="IsBeside">Whether something else stands before it on its line.</param>
public sealed record YamlComment(int Line, int Column, string Text, bool IsBeside);

/// <summary>A part of a text: from a character, counted from 0, to just before another.</summary>
public readonly record struct SourceSpan(int Start, int End)
{
    public int Length => End - Start;
}

/// <summary>A pair of a mapping as it is written.</summary>
/// <param name="Alias">The anchor that its value refers to, or null.</param>
/// <param name="ValueSpan">What is written for the value: for an alias the alias, for nothing the place where it would stand.</param>
public sealed record YamlEntry(DataNode Mapping, DataNode Key, DataNode Value, string? Alias, SourceSpan KeySpan, SourceSpan ValueSpan);
