using System.Buffers;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AutoDevOps.Analyzer.Parsing;

/// <summary>YAML with positions, from the events of YamlDotNet; scalars are typed by YAML 1.2's core schema.</summary>
internal sealed class YamlTreeReader(string text)
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");
    private static readonly SearchValues<char> OctalDigits = SearchValues.Create("01234567");
    private static readonly SearchValues<char> DecimalCharacters = SearchValues.Create("0123456789.eE+-");

    private readonly Dictionary<AnchorName, (DataNode Node, long Nodes)> _anchors = [];
    private readonly Parser _parser = new(new Scanner(new StringReader(text), skipComments: true));
    private long _nodes;

    /// <summary>Where to note anchors and aliases, when somebody wants to know.</summary>
    internal YamlReferences? References { get; init; }

    public DataNode? Read() => Guarded(() =>
    {
        _parser.Consume<StreamStart>();
        return _parser.TryConsume<DocumentStart>(out _) ? ReadNode(0) : null;
    });

    /// <summary>The root of each document of the stream.</summary>
    /// <exception cref="DataFormatException">One of them is not valid.</exception>
    internal static IReadOnlyList<DataNode> ReadAll(string text)
    {
        var reader = new YamlTreeReader(text);
        return reader.Guarded(reader.ReadDocuments);
    }

    private List<DataNode> ReadDocuments()
    {
        List<DataNode> roots = [];
        _parser.Consume<StreamStart>();
        while (_parser.TryConsume<DocumentStart>(out _))
        {
            // An anchor is known in its own document only.
            _anchors.Clear();
            roots.Add(ReadNode(0));
            _parser.Consume<DocumentEnd>();
        }

        _parser.Consume<StreamEnd>();
        return roots;
    }

    private T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (YamlException problem)
        {
            throw new DataFormatException((int)problem.Start.Line, $"Not valid YAML: {Reason(problem)}");
        }
#pragma warning disable CA1031 // The scanner fails in ways of its own on text that is no YAML: an unclosed bracket, a number beyond Unicode, half a tag.
        catch (Exception problem) when (problem is not (DataFormatException or WorkBudgetException or OutOfMemoryException))
#pragma warning restore CA1031
        {
            throw new DataFormatException((int)(_parser.Current?.End.Line ?? 1), "Not valid YAML: it is broken off or malformed after this place.");
        }
    }

    private DataNode ReadNode(int depth)
    {
        var line = (int)(_parser.Current?.Start.Line ?? 0);
        if (depth > DataDocument.MaxDepth)
        {
            throw new DataFormatException(line, $"Nested more than {DataDocument.MaxDepth} levels deep.");
        }

        var before = _nodes;
        Count(1, line);
        var (node, anchor) = Next(depth);
        if (!anchor.IsEmpty)
        {
            References?.Anchors.TryAdd(node, anchor.Value);
            _anchors[anchor] = (node, _nodes - before);
        }

        return node;
    }

    private (DataNode Node, AnchorName Anchor) Next(int depth)
    {
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            // An alias costs as much as what it stands for: that is what a reader of the tree pays.
            if (!_anchors.TryGetValue(alias.Value, out var target))
            {
                throw new DataFormatException((int)alias.Start.Line, $"No anchor is named '{alias.Value}' above this line.");
            }

            Count(target.Nodes, (int)alias.Start.Line);
            return (target.Node, AnchorName.Empty);
        }

        if (_parser.TryConsume<Scalar>(out var scalar))
        {
            return (ToNode(scalar), scalar.Anchor);
        }

        if (_parser.TryConsume<SequenceStart>(out var sequenceStart))
        {
            var sequence = DataNode.Sequence(At(sequenceStart.Start), At(sequenceStart.End));
            while (!_parser.Accept<SequenceEnd>(out _))
            {
                sequence.Add(ReadChild(sequence, sequence.Items.Count, depth));
            }

            sequence.End = At(_parser.Consume<SequenceEnd>().End);
            return (sequence, sequenceStart.Anchor);
        }

        var mappingStart = _parser.Consume<MappingStart>();
        var mapping = DataNode.Mapping(At(mappingStart.Start), At(mappingStart.End));
        while (!_parser.Accept<MappingEnd>(out _))
        {
            var key = ReadNode(depth + 1);
            mapping.Add(key, ReadChild(mapping, mapping.Entries.Count, depth));
        }

        mapping.End = At(_parser.Consume<MappingEnd>().End);
        return (mapping, mappingStart.Anchor);
    }

    private DataNode ReadChild(DataNode parent, int index, int depth)
    {
        if (References is not null && _parser.Accept<AnchorAlias>(out var alias))
        {
            References.Aliases[(parent, index)] = new(alias.Value.Value, At(alias.Start), At(alias.End));
        }

        return ReadNode(depth + 1);
    }

    private void Count(long nodes, int line)
    {
        _nodes += nodes;
        if (_nodes > DataDocument.MaxNodes)
        {
            throw new DataFormatException(line, $"The file has more than {DataDocument.MaxNodes} values once its aliases are followed.");
        }
    }

    private static DataNode ToNode(Scalar scalar)
    {
        var plain = scalar.Style == ScalarStyle.Plain;
        var tag = scalar.Tag.IsEmpty ? null : scalar.Tag.Value;
        var type = tag is null ? (plain ? CoreSchemaType(scalar.Value) : ScalarType.String) : TaggedType(tag, scalar.Value, plain);
        var block = scalar.Style is ScalarStyle.Literal or ScalarStyle.Folded ? (int)scalar.Start.Line + 1 : 0;
        return DataNode.Scalar(scalar.Value, type, At(scalar.Start), At(scalar.End), plain, block, tag);
    }

    /// <summary>A value that is not of the type its tag names stays a text. Other tags, such as those of CloudFormation, change nothing.</summary>
    private static ScalarType TaggedType(string tag, string value, bool plain)
    {
        var type = CoreSchemaType(value);
        return tag switch
        {
            "tag:yaml.org,2002:str" or "!" => ScalarType.String,
            "tag:yaml.org,2002:null" => type == ScalarType.Null ? type : ScalarType.String,
            "tag:yaml.org,2002:bool" => type == ScalarType.Boolean ? type : ScalarType.String,
            "tag:yaml.org,2002:int" or "tag:yaml.org,2002:float" => type == ScalarType.Number ? type : ScalarType.String,
            _ => plain ? type : ScalarType.String,
        };
    }

    /// <summary>YAML 1.2.2, 10.3.2: the core schema.</summary>
    private static ScalarType CoreSchemaType(string value) => value switch
    {
        "" or "~" or "null" or "Null" or "NULL" => ScalarType.Null,
        "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => ScalarType.Boolean,
        _ => IsNumber(value) ? ScalarType.Number : ScalarType.String,
    };

    private static bool IsNumber(string value)
    {
        if (value is ".inf" or ".Inf" or ".INF" or "-.inf" or "+.inf" or ".nan" or ".NaN" or ".NAN")
        {
            return true;
        }

        if (value.StartsWith("0x", StringComparison.Ordinal))
        {
            return value.Length > 2 && value.AsSpan(2).IndexOfAnyExcept(HexDigits) < 0;
        }

        if (value.StartsWith("0o", StringComparison.Ordinal))
        {
            return value.Length > 2 && value.AsSpan(2).IndexOfAnyExcept(OctalDigits) < 0;
        }

        return value.AsSpan().IndexOfAnyExcept(DecimalCharacters) < 0
            && double.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out _);
    }

    private static Position At(Mark mark) => new((int)mark.Line, (int)mark.Column);

    private static string Reason(YamlException problem) =>
        problem.InnerException is null ? problem.Message : problem.InnerException.Message;
}
