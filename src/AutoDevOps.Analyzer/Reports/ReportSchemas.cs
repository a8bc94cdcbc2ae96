using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Policies;
using AutoDevOps.Analyzer.Rules;

namespace AutoDevOps.Analyzer.Reports;

/// <summary>The JSON Schemas (draft 7) of the contracts that <see cref="JsonReport"/> writes; <c>docs/generated/schemas</c> is printed from them.</summary>
/// <remarks>Fields may be added to a contract, so a schema forbids none; what it names is there and stays as it is.</remarks>
public static class ReportSchemas
{
    /// <summary>The schema of each contract by its short name: <c>model</c>, <c>policy</c>, <c>scan</c>.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["model"] = Print(Model()),
        ["policy"] = Print(PolicySchema.Create()),
        ["scan"] = Print(Scan()),
    };

    private static JsonObject Scan() => Root("autodevops.scan/1", "What `autodevops scan --format json` prints.",
        ("findings", List("Sorted by path, line, column and rule.", Finding())),
        ("scores", Object("From 0 to 100; null where nothing could be said.",
            [("overall", Score()), .. Enum.GetValues<Category>().Select(category => (ReportNames.Of(category), Score()))])),
        ("diagnostics", Diagnostics("What could not be read or understood, and rules that were given up on.")),
        ("coverage", Coverage()));

    private static JsonObject Diagnostics(string what) => List(what, Object("One of them.",
        ("path", Text("Relative to the root; empty when it is about the whole.")),
        ("line", Number("From 1; 0 when it is about the whole file.", 0)),
        ("message", Text("For people."))));

    private static JsonObject Finding() => Object("One violation of one rule at one place.",
        ("ruleId", Text("Stable for ever.", "^[A-Z]{3}[0-9]{3}$")),
        ("name", Text("The rule's name.", "^[a-z0-9-]+$")),
        ("equivalents", List("The same rule in other tools.", Text("Tool and rule."))),
        ("category", OneOf(Enum.GetValues<Category>().Select(ReportNames.Of))),
        ("severity", OneOf(Enum.GetValues<Severity>().Select(ReportNames.Of))),
        ("confidence", Confidence()),
        ("path", Text("Relative to the root, with `/`; empty when it is about the repository.")),
        ("startLine", Number("From 1; 0: no line.", 0)),
        ("endLine", Number("Inclusive; 0: no line.", 0)),
        ("startColumn", Number("From 1; 0: the whole line.", 0)),
        ("endColumn", Number("Exclusive; 0: the whole line.", 0)),
        ("message", Text("For people; what could be a secret is redacted.")),
        ("fingerprint", Text("Identifies the finding across scans, also when its lines move.", "^[0-9a-f]{32}$")),
        ("state", OneOf(["new"])),
        ("fixable", Boolean("Whether a patch is known.")));

    private static JsonObject Model() => Root("autodevops.model/1", "What `autodevops model --format json` prints.",
        ("components", List("Sorted by path, ecosystem and name.", Component())),
        ("ci", List("Existing CI files.", Object("One of them.", ("vendor", Text("Such as `github`.")), ("path", Text("Relative to the root."))))),
        ("deployTargets", List("Where it is deployed to, sorted by name and path.", Object("One of them.",
            ("name", Text("Such as `kubernetes`, `fly.io`, `github-pages`.")), ("path", Text("The folder of its configuration; `.` for the root.")), ("confidence", Confidence()), ("evidence", Evidence())))),
        ("notInferred", List("What was not dared to be said.", Object("One of them.",
            ("component", Text("The component's path.")), ("what", Text("The kind of fact.")), ("why", Text("For people."))))),
        ("diagnostics", Diagnostics("What could not be read or understood.")),
        ("coverage", Coverage()));

    private static JsonObject Component() => Object("A part of the repository that is built and tested by itself.",
        ("path", Text("Its folder; `.` for the root.")),
        ("name", Text("As its manifest says.")),
        ("ecosystem", OneOf(DetectorCatalog.All.SelectMany(detector => detector.Finds).Order(StringComparer.Ordinal))),
        ("frameworks", List("What it is built with.", Text("A name in lower case."))),
        ("packageManager", Nullable(Object("Null where two are possible.",
            ("name", Text("Its usual name in lower case.")), ("version", Nullable(Text("As it is pinned."))), ("lockFile", Nullable(Text("Its path, if there is one."))),
            ("confidence", Confidence()), ("evidence", Evidence())))),
        ("runtimes", List("With the versions that are claimed.", Object("One of them.",
            ("name", Text("Such as `node`.")), ("versions", List("Concrete enough to set up.", Text("A version."))), ("source", Text("The file that says so.")),
            ("confidence", Confidence()), ("evidence", Evidence())))),
        ("commands", List("Each resolves to something in the repository.", Object("One shell line.",
            ("kind", OneOf(Enum.GetValues<CommandKind>().Select(ReportNames.Of))), ("run", Text("The line.")), ("workingDirectory", Text("`.` for the root.")),
            ("confidence", Confidence()), ("evidence", Evidence())))),
        ("services", List("What the tests need running beside them.", Object("One of them.",
            ("name", Text("Such as `postgres`.")), ("version", Nullable(Text("As it is named."))), ("environment", List("Through which the code learns of it.", Text("A variable's name."))),
            ("confidence", Confidence()), ("evidence", Evidence())))));

    private static JsonObject Coverage() => Object("What was looked at.",
        ("files", Number("Listed.", 0)),
        ("read", Number("Examined.", 0)),
        ("skipped", List("The rest by reason.", Object("One reason.", ("reason", OneOf(Enum.GetValues<FileKind>().Where(kind => kind != FileKind.Text).Select(ReportNames.Of))), ("count", Number("Files.", 1))))));

    private static JsonObject Evidence()
    {
        var evidence = Object("A place a fact was read from.", ("path", Text("Relative to the root.")), ("line", Number("From 1; 0: the file's existence.", 0)), ("excerpt", Text("What stands there, at most 200 characters.")));
        evidence["required"] = new JsonArray("path", "line");
        return List("The defining place first.", evidence);
    }

    private static JsonObject Root(string contract, string description, params (string Name, JsonObject Schema)[] fields)
    {
        var root = Object(description, [("schema", OneOf([contract])), .. fields]);
        root.Insert(0, "$schema", "http://json-schema.org/draft-07/schema#");
        root.Insert(1, "title", contract);
        return root;
    }

    private static JsonObject Object(string description, params (string Name, JsonObject Schema)[] fields) => new()
    {
        ["description"] = description,
        ["type"] = "object",
        ["required"] = new JsonArray([.. fields.Select(field => (JsonNode)field.Name)]),
        ["properties"] = new JsonObject(fields.Select(field => KeyValuePair.Create(field.Name, (JsonNode?)field.Schema))),
    };

    private static JsonObject List(string description, JsonObject items) => new() { ["description"] = description, ["type"] = "array", ["items"] = items };

    private static JsonObject Text(string description, string? pattern = null)
    {
        var text = new JsonObject { ["description"] = description, ["type"] = "string" };
        if (pattern is not null)
        {
            text["pattern"] = pattern;
        }

        return text;
    }

    private static JsonObject Number(string description, int minimum) => new() { ["description"] = description, ["type"] = "integer", ["minimum"] = minimum };

    private static JsonObject Boolean(string description) => new() { ["description"] = description, ["type"] = "boolean" };

    private static JsonObject Confidence() => new() { ["type"] = "number", ["minimum"] = 0, ["maximum"] = 1 };

    private static JsonObject Score() => new() { ["type"] = new JsonArray("integer", "null"), ["minimum"] = 0, ["maximum"] = 100 };

    private static JsonObject OneOf(IEnumerable<string> values) => new() { ["type"] = "string", ["enum"] = new JsonArray([.. values.Select(value => (JsonNode)value)]) };

    private static JsonObject Nullable(JsonObject schema)
    {
        schema["type"] = new JsonArray(schema["type"]!.GetValue<string>(), "null");
        return schema;
    }

    private static string Print(JsonObject schema)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, JsonReport.Indented))
        {
            schema.WriteTo(json);
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }
}
