using System.Text.Json;
using System.Text.Json.Serialization;

namespace AutoDevOps.Server.GitHub;

/// <summary>How GitHub writes JSON. It adds properties as it likes, so unknown ones are passed over.</summary>
internal static class GitHubJson
{
    private const int MaxMessage = 300;

    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        MaxDepth = 64,
    };

    /// <summary>What an error says for people: its message, and those of its parts.</summary>
    public static string MessageOf(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return "";
            }

            var root = document.RootElement;
            List<string> parts = [Text(root, "message"), Text(root, "error_description")];
            if (root.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array)
            {
                parts.AddRange(errors.EnumerateArray().Select(error => error.ValueKind == JsonValueKind.String ? error.GetString()! : Text(error, "message")));
            }

            var message = string.Join(" ", parts.Where(part => part.Length > 0).Select(part => part.TrimEnd('.') + ".").Distinct(StringComparer.Ordinal));
            return message.Length <= MaxMessage ? message : message[..MaxMessage] + "…";
        }
        catch (JsonException)
        {
            // A proxy's page, perhaps: its status says enough.
            return "";
        }
    }

    private static string Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
