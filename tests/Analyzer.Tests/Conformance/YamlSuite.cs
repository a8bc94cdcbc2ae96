using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Tests.Conformance;

/// <summary>The YAML test suite: which streams are YAML, and what JSON they stand for.</summary>
internal static partial class YamlSuite
{
    private sealed record Case(string Name, string Yaml, bool Fails, string? Json);

    public static ConformanceSet Verdicts() => new("YAML, accepted or refused", "yaml/yaml-test-suite, src", [.. Cases().Select(item => new ConformanceCase(item.Name, Verdict(item)))]);

    public static ConformanceSet Values() => new(
        "YAML, the value", "yaml/yaml-test-suite, src, the cases with a JSON",
        [.. Cases().Where(item => !item.Fails && item.Json is not null).Select(item => new ConformanceCase(item.Name, Value(item)))]);

    private static string? Verdict(Case item)
    {
        var problem = Read(item.Yaml, out _);
        return (item.Fails, problem) switch
        {
            (true, null) => "is read, and is no YAML",
            (false, not null) => $"is not read: {problem}",
            _ => null,
        };
    }

    private static string? Value(Case item)
    {
        var problem = Read(item.Yaml, out var roots);
        if (problem is not null)
        {
            return $"is not read: {problem}";
        }

        var (read, expected) = (string.Join(' ', roots.Select(Canonical)), Canonical(item.Json!));
        return read == expected ? null : $"is read as {Short(read)}, expected {Short(expected)}";
    }

    private static string? Read(string yaml, out IReadOnlyList<DataNode> roots)
    {
        roots = [];
        try
        {
            roots = YamlTreeReader.ReadAll(yaml);
            return null;
        }
        catch (DataFormatException problem)
        {
            return problem.Message;
        }
    }

    private static IEnumerable<Case> Cases()
    {
        foreach (var path in ConformanceSet.Files("yaml-test-suite", "src"))
        {
            var name = Path.GetFileNameWithoutExtension(path);
            var tests = YamlTreeReader.ReadAll(File.ReadAllText(path))[0].Items;
            string? yaml = null;
            string? json = null;
            for (var index = 0; index < tests.Count; index++)
            {
                // What a later test does not say it takes from the one before.
                yaml = tests[index]["yaml"]?.Text ?? yaml;
                json = tests[index].Key("json") is null ? json : tests[index]["json"]?.Text;
                yield return new(tests.Count == 1 ? name : $"{name}-{index:00}", Unescape(yaml!), tests[index]["fail"] is not null, json is null ? null : Unescape(json));
            }
        }
    }

    private static string Unescape(string text)
    {
        var plain = Tabs().Replace(text.Replace('␣', ' '), "\t").Replace('←', '\r').Replace('⇔', '\uFEFF').Replace("↵", "", StringComparison.Ordinal);
        return plain.EndsWith("∎\n", StringComparison.Ordinal) ? plain[..^2] : plain;
    }

    private static string Canonical(DataNode node) => node switch
    {
        { Kind: NodeKind.Sequence } => $"[{string.Join(',', node.Items.Select(Canonical))}]",
        { Kind: NodeKind.Mapping } => Mapping(node.Entries.Select(entry => (entry.Key.Kind == NodeKind.Scalar ? entry.Key.Text ?? "" : Canonical(entry.Key), Canonical(entry.Value)))),
        { Type: ScalarType.Null } => "null",
        { Type: ScalarType.Boolean } => node.Text!.ToLowerInvariant(),
        { Type: ScalarType.Number } => Number(ExpressionNumber.Parse(node.Text!)),
        _ => JsonSerializer.Serialize(node.Text),
    };

    private static string Canonical(string json)
    {
        List<string> values = [];
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json), new JsonReaderOptions { AllowMultipleValues = true });
        while (reader.Read())
        {
            using var document = JsonDocument.ParseValue(ref reader);
            values.Add(Canonical(document.RootElement));
        }

        return string.Join(' ', values);
    }

    private static string Canonical(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => $"[{string.Join(',', element.EnumerateArray().Select(Canonical))}]",
        JsonValueKind.Object => Mapping(element.EnumerateObject().Select(member => (member.Name, Canonical(member.Value)))),
        JsonValueKind.Number => Number(element.GetDouble()),
        JsonValueKind.String => JsonSerializer.Serialize(element.GetString()),
        _ => element.GetRawText(),
    };

    private static string Mapping(IEnumerable<(string Name, string Value)> pairs) =>
        $"{{{string.Join(',', pairs.OrderBy(pair => pair.Name, StringComparer.Ordinal).Select(pair => $"{JsonSerializer.Serialize(pair.Name)}:{pair.Value}"))}}}";

    private static string Number(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static string Short(string text) => text.Length > 80 ? text[..80] + "…" : text;

    [GeneratedRegex("—*»", RegexOptions.NonBacktracking)]
    private static partial Regex Tabs();
}
