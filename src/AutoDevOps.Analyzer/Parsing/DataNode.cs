using System.Globalization;

namespace AutoDevOps.Analyzer.Parsing;

public enum NodeKind
{
    Mapping,
    Sequence,
    Scalar,
}

public enum ScalarType
{
    Null,
    Boolean,
    Number,
    String,
}

/// <summary>A value in a JSON, YAML or TOML file, with the place it stands at. Lines and columns start at 1.</summary>
public sealed class DataNode
{
    /// <summary>Up to this many pairs, looking through them is faster than a dictionary, and smaller.</summary>
    private const int FewEntries = 8;

    // A scalar has none of these, and most nodes are scalars.
    private List<KeyValuePair<DataNode, DataNode>>? _entries;
    private List<DataNode>? _items;
    private Dictionary<string, DataNode>? _byKey;

    private DataNode(NodeKind kind, Position start, Position end)
    {
        Kind = kind;
        Start = start;
        End = end;
    }

    public NodeKind Kind { get; }

    /// <summary>The first character.</summary>
    public Position Start { get; }

    /// <summary>Just after the last character.</summary>
    public Position End { get; internal set; }

    public int Line => Start.Line;

    public ScalarType Type { get; private init; }

    /// <summary>The text of a scalar, unquoted and unescaped; null for anything else and for a null.</summary>
    public string? Text { get; private init; }

    /// <summary>Whether the scalar stood without quotes and not as a block (YAML only).</summary>
    public bool IsPlain { get; private init; }

    /// <summary>The tag that was written before the scalar, in full (YAML only), or null.</summary>
    public string? Tag { get; private init; }

    /// <summary>The first line of a literal or folded block's content (YAML only), else 0.</summary>
    public int BlockLine { get; private init; }

    /// <summary>The pairs of a mapping in the order of the file; a repeated key is there as often as it was written.</summary>
    public IReadOnlyList<KeyValuePair<DataNode, DataNode>> Entries => _entries is null ? [] : _entries;

    /// <summary>The items of a sequence.</summary>
    public IReadOnlyList<DataNode> Items => _items is null ? [] : _items;

    /// <summary>The value of a key, or null when this is no mapping or has no such key. Of a repeated key, the last.</summary>
    public DataNode? this[string key]
    {
        get
        {
            WorkBudget.Spend(1);
            if (_byKey is not null)
            {
                return _byKey.GetValueOrDefault(key);
            }

            for (var index = (_entries?.Count ?? 0) - 1; index >= 0; index--)
            {
                if (NameOf(_entries![index].Key) == key)
                {
                    return _entries[index].Value;
                }
            }

            return null;
        }
    }

    /// <summary>Follows keys downwards; null as soon as one is missing.</summary>
    public DataNode? At(params ReadOnlySpan<string> keys)
    {
        var node = this;
        foreach (var key in keys)
        {
            if (node[key] is not { } child)
            {
                return null;
            }

            node = child;
        }

        return node;
    }

    /// <summary>The node of a key itself, to point at.</summary>
    public DataNode? Key(string key) => Entries.LastOrDefault(entry => entry.Key.Text == key).Key;

    /// <summary>The texts of a sequence of scalars, or of one scalar standing where a list may.</summary>
    public IEnumerable<DataNode> ScalarOrItems() =>
        Kind switch
        {
            NodeKind.Scalar when Text is not null => [this],
            NodeKind.Sequence => Items.Where(item => item.Text is not null),
            _ => [],
        };

    public bool IsTrue => Type == ScalarType.Boolean && bool.TryParse(Text, out var value) && value;

    public int? AsInt() =>
        int.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;

    public static DataNode Scalar(string? text, ScalarType type, Position start, Position end, bool plain = false, int blockLine = 0, string? tag = null) =>
        new(NodeKind.Scalar, start, end) { Text = type == ScalarType.Null ? null : text, Type = type, IsPlain = plain, BlockLine = blockLine, Tag = tag };

    public static DataNode Mapping(Position start, Position end) => new(NodeKind.Mapping, start, end);

    public static DataNode Sequence(Position start, Position end) => new(NodeKind.Sequence, start, end);

    /// <summary>Adds an item to a sequence.</summary>
    internal void Add(DataNode item) => (_items ??= []).Add(item);

    /// <summary>Adds a pair to a mapping.</summary>
    internal void Add(DataNode key, DataNode value)
    {
        (_entries ??= []).Add(new(key, value));
        if (_entries.Count == FewEntries + 1)
        {
            _byKey = new(StringComparer.Ordinal);
            foreach (var (earlier, node) in _entries)
            {
                Index(earlier, node);
            }
        }
        else if (_byKey is not null)
        {
            Index(key, value);
        }
    }

    private void Index(DataNode key, DataNode value)
    {
        if (NameOf(key) is { } name)
        {
            _byKey![name] = value;
        }
    }

    /// <summary>YAML takes any node for a key; only a scalar can be asked for.</summary>
    private static string? NameOf(DataNode key) => key.Kind == NodeKind.Scalar ? key.Text ?? "null" : null;
}

public readonly record struct Position(int Line, int Column);
