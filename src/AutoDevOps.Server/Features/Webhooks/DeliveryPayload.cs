using System.Text.Json;

namespace AutoDevOps.Server.Features.Webhooks;

/// <summary>What a delivery says, property by property. What is missing, or of another type than GitHub documents, is null: a payload may change.</summary>
internal readonly struct DeliveryPayload(JsonElement root)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <exception cref="JsonException">It is not JSON in UTF-8, is too deep, or names a property twice.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> json) =>
        System.Text.Unicode.Utf8.IsValid(json.Span) ? JsonDocument.Parse(json, Strict) : throw new JsonException("The text is not UTF-8.");

    /// <param name="path">Names of properties, with dots between them.</param>
    public string? Text(string path) => Find(path) is { ValueKind: JsonValueKind.String } value && Unescaped(value) is { Length: > 0 } text && !text.Contains('\0', StringComparison.Ordinal) ? text : null;

    public long? Number(string path) => Find(path) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;

    public bool? Flag(string path) => Find(path) switch { { ValueKind: JsonValueKind.True } => true, { ValueKind: JsonValueKind.False } => false, _ => null };

    public bool Has(string path) => Find(path) is not null;

    /// <summary>The property as it stands; null unless it is an object.</summary>
    public string? Json(string path) => Find(path) is { ValueKind: JsonValueKind.Object } value ? value.GetRawText() : null;

    /// <summary>The objects of a list; none if it is not one.</summary>
    public IEnumerable<DeliveryPayload> Items(string path) =>
        Find(path) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Select(item => new DeliveryPayload(item)) : [];

    private JsonElement? Find(string path)
    {
        var at = root;
        foreach (var name in path.Split('.'))
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
            {
                return null;
            }
        }

        return at;
    }

    // Half of a surrogate pair, written as an escape, is JSON and no text.
    private static string? Unescaped(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
