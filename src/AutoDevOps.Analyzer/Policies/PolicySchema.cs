using System.Text.Json.Nodes;

namespace AutoDevOps.Analyzer.Policies;

/// <summary>The JSON Schema (draft 7) of <c>.autodevops.yml</c>, for editors: it refuses what <see cref="PolicyFile"/> refuses.</summary>
internal static class PolicySchema
{
    public static JsonObject Create() => new()
    {
        ["$schema"] = "http://json-schema.org/draft-07/schema#",
        ["title"] = PolicyFile.Name,
        ["description"] = "What people decided about a repository; it goes before whatever was detected.",
        ["type"] = "object",
        ["additionalProperties"] = false,
        ["properties"] = new JsonObject
        {
            ["version"] = new JsonObject { ["description"] = "Of this format.", ["enum"] = new JsonArray(1) },
            ["branch"] = Text("The branch whose every push is tested."),
            ["ignore"] = Words("Patterns as in a .gitignore: what they match is listed and never read.", Text("A pattern.")),
            ["actions"] = Words("Actions that workflows may use; without it all.", Pattern("owner/name or owner/*, without a version.", "^[^/@*]+/([^@*]+|\\*)$")),
            ["runners"] = Words("Labels of machines that jobs may run on; the first is what generated workflows use.", Text("A label.")),
            ["require"] = Words("What CI must do, of each component that can.", new JsonObject { ["enum"] = Kinds() }),
            ["suppress"] = new JsonObject
            {
                ["description"] = "Findings that may stay.",
                ["type"] = "array",
                ["maxItems"] = 500,
                ["items"] = new JsonObject
                {
                    ["type"] = "object",
                    ["additionalProperties"] = false,
                    ["required"] = new JsonArray("rule", "reason"),
                    ["properties"] = new JsonObject
                    {
                        ["rule"] = Text("A rule's id or name."),
                        ["path"] = Pattern("A pattern as in a .gitignore; without it everywhere.", "^[^!]"),
                        ["reason"] = Text("Why they may stay."),
                        ["until"] = Pattern("The last day on which this holds.", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
                    },
                },
            },
            ["components"] = new JsonObject
            {
                ["description"] = "Commands by folder; the root is `.`.",
                ["type"] = "object",
                ["additionalProperties"] = new JsonObject
                {
                    ["type"] = "object",
                    ["additionalProperties"] = false,
                    ["minProperties"] = 1,
                    ["properties"] = new JsonObject(PolicyFile.Kinds.Keys.Select(kind => KeyValuePair.Create(kind, (JsonNode?)Command()))),
                },
            },
        },
    };

    private static JsonArray Kinds() => new([.. PolicyFile.Kinds.Keys.Select(kind => (JsonNode)kind)]);

    private static JsonObject Command() => new()
    {
        ["description"] = "One shell line; false: there is none, whatever was detected.",
        ["oneOf"] = new JsonArray(Pattern("A line.", "^[^\\n]+$"), new JsonObject { ["enum"] = new JsonArray(false) }),
    };

    private static JsonObject Text(string description) => new() { ["description"] = description, ["type"] = "string", ["minLength"] = 1 };

    private static JsonObject Pattern(string description, string pattern) => new() { ["description"] = description, ["type"] = "string", ["pattern"] = pattern };

    private static JsonObject Words(string description, JsonObject item) => new()
    {
        ["description"] = description,
        ["oneOf"] = new JsonArray(new JsonObject { ["type"] = "array", ["maxItems"] = 200, ["items"] = item }, item.DeepClone()),
    };
}
