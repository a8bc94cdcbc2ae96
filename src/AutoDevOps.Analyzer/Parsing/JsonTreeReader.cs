using System.Text;
using System.Text.Json;

namespace AutoDevOps.Analyzer.Parsing;

/// <summary>JSON with positions, by <see cref="Utf8JsonReader"/>.</summary>
internal sealed class JsonTreeReader(string text)
{
    private readonly byte[] _utf8 = Encoding.UTF8.GetBytes(text);
    private int _scanned;
    private int _line = 1;
    private int _column = 1;
    private int _nodes;

    public DataNode Read()
    {
        var reader = new Utf8JsonReader(_utf8, new JsonReaderOptions
        {
            AllowTrailingCommas = true,
            CommentHandling = JsonCommentHandling.Skip,
            MaxDepth = DataDocument.MaxDepth,
        });
        try
        {
            reader.Read();
            var root = ReadValue(ref reader);
            reader.Read();
            return root;
        }
        catch (JsonException problem)
        {
            throw new DataFormatException((int)(problem.LineNumber ?? 0) + 1, $"Not valid JSON: {Reason(problem)}");
        }
    }

    private DataNode ReadValue(ref Utf8JsonReader reader)
    {
        var start = At(reader.TokenStartIndex);
        if (++_nodes > DataDocument.MaxNodes)
        {
            throw new DataFormatException(start.Line, $"The file has more than {DataDocument.MaxNodes} values.");
        }

        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var mapping = DataNode.Mapping(start, start);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var key = Scalar(ref reader, ScalarType.String, At(reader.TokenStartIndex));
                    reader.Read();
                    mapping.Add(key, ReadValue(ref reader));
                }

                mapping.End = At(reader.BytesConsumed);
                return mapping;
            case JsonTokenType.StartArray:
                var sequence = DataNode.Sequence(start, start);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    sequence.Add(ReadValue(ref reader));
                }

                sequence.End = At(reader.BytesConsumed);
                return sequence;
            case JsonTokenType.String:
                return Scalar(ref reader, ScalarType.String, start);
            case JsonTokenType.Number:
                return Scalar(ref reader, ScalarType.Number, start);
            case JsonTokenType.Null:
                return Scalar(ref reader, ScalarType.Null, start);
            default:
                return Scalar(ref reader, ScalarType.Boolean, start);
        }
    }

    private DataNode Scalar(ref Utf8JsonReader reader, ScalarType type, Position start)
    {
        string? value;
        try
        {
            value = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName
                ? reader.GetString()
                : Encoding.UTF8.GetString(reader.ValueSpan);
        }
        catch (InvalidOperationException)
        {
            // An escaped half of a surrogate pair is legal JSON that no .NET string can hold.
            value = Encoding.UTF8.GetString(reader.ValueSpan);
        }

        return DataNode.Scalar(value, type, start, At(reader.BytesConsumed));
    }

    /// <summary>Tokens come in order, so each byte is counted once.</summary>
    private Position At(long offset)
    {
        for (; _scanned < offset; _scanned++)
        {
            // A byte that continues a character adds none; one that begins four adds the two halves of a surrogate pair.
            var value = _utf8[_scanned];
            (_line, _column) = value == (byte)'\n' ? (_line + 1, 1) : (_line, _column + ((value & 0xC0) == 0x80 ? 0 : value >= 0xF0 ? 2 : 1));
        }

        return new(_line, _column);
    }

    private static string Reason(JsonException problem)
    {
        // The reader appends a position of its own, counted from 0.
        var end = problem.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? problem.Message : problem.Message[..end];
    }
}
