using System.Text.Encodings.Web;
using System.Text.Json;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Rules;
using AutoDevOps.Analyzer.Scoring;

namespace AutoDevOps.Analyzer.Reports;

/// <summary>The contracts <c>autodevops.scan/1</c> and <c>autodevops.model/1</c>. Fields may be added, never changed.</summary>
public static class JsonReport
{
    internal static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Findings, scores, diagnostics and coverage.</summary>
    public static void Write(AnalysisResult result, Stream output)
    {
        using var json = new Utf8JsonWriter(output, Indented);
        json.WriteStartObject();
        json.WriteString("schema", "autodevops.scan/1");
        json.WriteStartArray("findings");
        foreach (var finding in result.Findings)
        {
            Write(finding, json);
        }

        json.WriteEndArray();
        WriteScores(result.Scores, json);
        WriteDiagnostics(result.Diagnostics, json);
        WriteCoverage(result.Coverage, json);
        json.WriteEndObject();
        Finish(json, output);
    }

    /// <summary>The repository model, and what could not be understood on the way.</summary>
    public static void WriteModel(RepositoryModel model, IReadOnlyList<Diagnostic> diagnostics, Coverage coverage, Stream output)
    {
        using var json = new Utf8JsonWriter(output, Indented);
        json.WriteStartObject();
        json.WriteString("schema", "autodevops.model/1");
        json.WriteStartArray("components");
        foreach (var component in model.Components)
        {
            ModelJson.Write(component, json);
        }

        json.WriteEndArray();
        json.WriteStartArray("ci");
        foreach (var ci in model.Ci)
        {
            json.WriteStartObject();
            json.WriteString("vendor", ci.Vendor);
            json.WriteString("path", ci.Path);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        ModelJson.Write(model.DeployTargets, json);
        json.WriteStartArray("notInferred");
        foreach (var gap in model.NotInferred)
        {
            json.WriteStartObject();
            json.WriteString("component", gap.Component);
            json.WriteString("what", gap.What);
            json.WriteString("why", gap.Why);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteDiagnostics(diagnostics, json);
        WriteCoverage(coverage, json);
        json.WriteEndObject();
        Finish(json, output);
    }

    private static void Write(Finding finding, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", finding.Rule.Id);
        json.WriteString("name", finding.Rule.Name);
        json.WriteStartArray("equivalents");
        foreach (var equivalent in finding.Rule.Equivalents)
        {
            json.WriteStringValue(equivalent);
        }

        json.WriteEndArray();
        json.WriteString("category", ReportNames.Of(finding.Rule.Category));
        json.WriteString("severity", ReportNames.Of(finding.Severity));
        json.WriteNumber("confidence", Math.Round(finding.Confidence, 2));
        json.WriteString("path", finding.Location.Path);
        json.WriteNumber("startLine", finding.Location.StartLine);
        json.WriteNumber("endLine", finding.Location.EndLine);
        json.WriteNumber("startColumn", finding.Location.StartColumn);
        json.WriteNumber("endColumn", finding.Location.EndColumn);
        json.WriteString("message", finding.Message);
        json.WriteString("fingerprint", finding.Fingerprint);
        json.WriteString("state", ReportNames.Of(finding.State));
        json.WriteBoolean("fixable", finding.Fix is not null);
        json.WriteEndObject();
    }

    private static void WriteScores(ScoreCard scores, Utf8JsonWriter json)
    {
        json.WriteStartObject("scores");
        WriteScore("overall", scores.Overall, json);
        foreach (var category in scores.Categories)
        {
            WriteScore(ReportNames.Of(category.Category), category.Value, json);
        }

        json.WriteEndObject();
    }

    private static void WriteScore(string name, int? value, Utf8JsonWriter json)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteDiagnostics(IEnumerable<Diagnostic> diagnostics, Utf8JsonWriter json)
    {
        json.WriteStartArray("diagnostics");
        foreach (var diagnostic in diagnostics)
        {
            json.WriteStartObject();
            json.WriteString("path", diagnostic.Path);
            json.WriteNumber("line", diagnostic.Line);
            json.WriteString("message", diagnostic.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteCoverage(Coverage coverage, Utf8JsonWriter json)
    {
        json.WriteStartObject("coverage");
        json.WriteNumber("files", coverage.Files);
        json.WriteNumber("read", coverage.Read);
        json.WriteStartArray("skipped");
        foreach (var skipped in coverage.Skipped)
        {
            json.WriteStartObject();
            json.WriteString("reason", ReportNames.Of(skipped.Reason));
            json.WriteNumber("count", skipped.Count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Finish(Utf8JsonWriter json, Stream output)
    {
        json.Flush();
        output.WriteByte((byte)'\n');
    }
}
