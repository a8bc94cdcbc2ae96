using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AutoDevOps.Analyzer.Parsing.Workflows;

/// <summary>The functions <c>toJSON</c> and <c>fromJSON</c>.</summary>
internal static class ExpressionJson
{
    /// <summary>The value as JSON, each member on its own line and indented by two.</summary>
    public static string Write(ExpressionValue value)
    {
        var text = new StringBuilder();
        Write(text, value, "\n");
        return text.ToString();
    }

    /// <exception cref="ExpressionException">The text is no JSON.</exception>
    public static ExpressionValue Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return Convert(document.RootElement);
        }
        catch (JsonException)
        {
            throw new ExpressionException("the text given to 'fromJSON' is no JSON");
        }
    }

    internal static ExpressionValue Convert(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.True => ExpressionValue.True,
        JsonValueKind.False => ExpressionValue.False,
        JsonValueKind.Number => ExpressionValue.Of(element.GetDouble()),
        JsonValueKind.String => ExpressionValue.Of(element.GetString()!),
        JsonValueKind.Array => new ExpressionValue.ArrayValue([.. element.EnumerateArray().Select(Convert)]),
        JsonValueKind.Object => new ExpressionValue.ObjectValue(element.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, Convert(member.Value)))),
        _ => ExpressionValue.Null,
    };

    private static void Write(StringBuilder text, ExpressionValue value, string line)
    {
        ExpressionEvaluator.RefuseLong(text.Length);
        switch (value)
        {
            case ExpressionValue.ArrayValue { Items.Count: > 0 } array:
                WriteItems(text, '[', ']', line, array.Items, (item, inner) => Write(text, item, inner));
                break;
            case ExpressionValue.ArrayValue:
                text.Append("[]");
                break;
            case ExpressionValue.ObjectValue { Members.Count: > 0 } members:
                WriteItems(text, '{', '}', line, members.Members, (member, inner) =>
                {
                    Quote(text, member.Key);
                    text.Append(": ");
                    Write(text, member.Value, inner);
                });
                break;
            case ExpressionValue.ObjectValue:
                text.Append("{}");
                break;
            case { Kind: "String" }:
                Quote(text, value.AsText());
                break;
            default:
                text.Append(value.Kind == "Null" ? "null" : value.AsText());
                break;
        }
    }

    private static void WriteItems<T>(StringBuilder text, char open, char close, string line, IReadOnlyList<T> items, Action<T, string> write)
    {
        text.Append(open);
        for (var index = 0; index < items.Count; index++)
        {
            text.Append(index == 0 ? "" : ",").Append(line).Append("  ");
            write(items[index], line + "  ");
        }

        text.Append(line).Append(close);
    }

    /// <summary>RFC 8259, 7: only quotes, backslashes and control characters are escaped.</summary>
    private static void Quote(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var character in value)
        {
            _ = character switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                < ' ' => text.Append("\\u").Append(((int)character).ToString("x4", CultureInfo.InvariantCulture)),
                _ => text.Append(character),
            };
        }

        text.Append('"');
    }
}
