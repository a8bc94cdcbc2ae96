using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AutoDevOps.Server.Features;

/// <summary>How models, scores and pipelines are kept in the database: the shape that the command line prints them in.</summary>
public static class StoredJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Serializes a value for a <c>jsonb</c> column, which takes every character but NUL.</summary>
    public static string Write<T>(T value)
    {
        const string nul = "\\u0000";
        var json = JsonSerializer.Serialize(value, Options);
        var result = new StringBuilder(json);
        for (var at = json.IndexOf(nul, StringComparison.Ordinal); at >= 0; at = json.IndexOf(nul, at + nul.Length, StringComparison.Ordinal))
        {
            // After an odd number of backslashes it is the text "\u0000", not the character.
            if ((at - json.AsSpan(0, at).TrimEnd('\\').Length) % 2 == 0)
            {
                result.Replace("0000", "FFFD", at + 2, 4);
            }
        }

        return result.ToString();
    }

    /// <summary>A text that PostgreSQL takes: without NUL, and without half of a character.</summary>
    public static string Clean(string text)
    {
        if (!text.Any(character => character == '\0' || char.IsSurrogate(character)))
        {
            return text;
        }

        var characters = text.ToCharArray();
        for (var index = 0; index < characters.Length; index++)
        {
            if (char.IsHighSurrogate(characters[index]) && index + 1 < characters.Length && char.IsLowSurrogate(characters[index + 1]))
            {
                index++;
            }
            else if (characters[index] == '\0' || char.IsSurrogate(characters[index]))
            {
                characters[index] = '\uFFFD';
            }
        }

        return new string(characters);
    }
}
