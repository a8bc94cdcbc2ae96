using System.Text.Json;
using AutoDevOps.Analyzer.Reports;
using NJsonSchema;

namespace AutoDevOps.Analyzer.Tests.Reports;

public sealed class JsonReportTests
{
    public static TheoryData<string> Cases => ReportCases.Names;

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_scan_is_what_its_schema_says(string name)
    {
        var text = ReportCases.Json(ReportCases.Analyze(name).Result);
        Valid(await JsonSchema.FromJsonAsync(ReportSchemas.All["scan"], TestContext.Current.CancellationToken), text);
        Described(JsonDocument.Parse(ReportSchemas.All["scan"]).RootElement, JsonDocument.Parse(text).RootElement, "");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_model_is_what_its_schema_says(string name)
    {
        var text = ReportCases.Model(ReportCases.Snapshot(name));
        Valid(await JsonSchema.FromJsonAsync(ReportSchemas.All["model"], TestContext.Current.CancellationToken), text);
        Described(JsonDocument.Parse(ReportSchemas.All["model"]).RootElement, JsonDocument.Parse(text).RootElement, "");
    }

    [Theory]
    [InlineData("scan", "{}")]
    [InlineData("scan", "{\"schema\": \"autodevops.scan/2\"}")]
    [InlineData("model", "{\"schema\": \"autodevops.model/1\", \"components\": [{}], \"ci\": [], \"notInferred\": [], \"coverage\": {\"files\": 1, \"read\": 1, \"skipped\": []}}")]
    public async Task The_schemas_refuse_what_is_no_report(string schema, string text) =>
        Assert.NotEmpty((await JsonSchema.FromJsonAsync(ReportSchemas.All[schema], TestContext.Current.CancellationToken)).Validate(text));

    [Theory]
    [InlineData("scan")]
    [InlineData("model")]
    [InlineData("policy")]
    public void The_printed_schemas_are_current(string name)
    {
        var path = Path.Combine(Support.RepositoryRoot.Path, "docs", "generated", "schemas", $"{name}-1.schema.json");
        if (Environment.GetEnvironmentVariable("UPDATE_GENERATED") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, ReportSchemas.All[name]);
        }

        Assert.Equal(ReportSchemas.All[name], File.ReadAllText(path));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Paths_are_relative_with_slashes_and_lines_stand_in_their_file(string name)
    {
        var (snapshot, result) = ReportCases.Analyze(name);
        foreach (var finding in result.Findings)
        {
            var (path, start, end, startColumn, endColumn) = finding.Location;
            Assert.False(Path.IsPathRooted(path));
            Assert.True(start == 0 ? end == 0 : start <= end, $"{finding.Location} ends at {end}.");
            Assert.True(endColumn == 0 || start != end || startColumn < endColumn);
            if (start > 0)
            {
                // A file that is empty has a first line all the same.
                Assert.InRange(end, 1, Math.Max(1, snapshot.Find(path)!.Lines().Count()));
            }
            else if (path.Length > 0)
            {
                Assert.Contains(snapshot.Entries, entry => entry.Path == path);
            }
        }
    }

    [Fact]
    public void Nothing_that_steers_a_terminal_is_in_the_text()
    {
        var (snapshot, result) = ReportCases.Analyze("hostile");
        Assert.All(new[] { ReportCases.Json(result), ReportCases.Model(snapshot) },
            text => Assert.DoesNotContain(text, character => character != '\n' && (char.IsControl(character) || character is '\u2028' or '\u2029')));
    }

    private static void Valid(JsonSchema schema, string text) =>
        Assert.Empty(schema.Validate(text).Select(problem => $"{problem.Path}: {problem.Kind}"));

    /// <summary>A schema forbids no further fields, for what is to come; here each field that is written must be described.</summary>
    private static void Described(JsonElement schema, JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in value.EnumerateArray())
            {
                Described(schema.GetProperty("items"), item, path + "[]");
            }
        }
        else if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in value.EnumerateObject())
            {
                Assert.True(schema.GetProperty("properties").TryGetProperty(property.Name, out var described), $"{path}.{property.Name} is in no schema.");
                Described(described, property.Value, $"{path}.{property.Name}");
            }
        }
    }
}
