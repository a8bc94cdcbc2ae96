using System.Text.Json;
using AutoDevOps.Analyzer.Rules;

namespace AutoDevOps.Analyzer.Reports;

/// <summary>SARIF 2.1.0 (OASIS), as code scanning takes it: rules with help, results with fingerprints and fixes.</summary>
public static class SarifReport
{
    private static readonly string Version = typeof(SarifReport).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    public static void Write(AnalysisResult result, Stream output)
    {
        using var json = new Utf8JsonWriter(output, JsonReport.Indented);
        var rules = result.Findings.Select(finding => finding.Rule).DistinctBy(rule => rule.Id).OrderBy(rule => rule.Id, StringComparer.Ordinal).ToList();
        json.WriteStartObject();
        json.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
        json.WriteString("version", "2.1.0");
        json.WriteStartArray("runs");
        json.WriteStartObject();
        WriteTool(rules, json);
        json.WriteString("columnKind", "utf16CodeUnits");
        json.WriteStartArray("results");
        foreach (var finding in result.Findings)
        {
            Write(finding, rules.FindIndex(rule => rule.Id == finding.Rule.Id), json);
        }

        json.WriteEndArray();
        WriteInvocation(result, json);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        output.WriteByte((byte)'\n');
    }

    private static void WriteTool(List<RuleDescriptor> rules, Utf8JsonWriter json)
    {
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "AutoDevOps");
        json.WriteString("semanticVersion", Version);
        json.WriteStartArray("rules");
        foreach (var rule in rules)
        {
            json.WriteStartObject();
            json.WriteString("id", rule.Id);
            json.WriteString("name", rule.Name);
            WriteText("shortDescription", rule.What, json);
            WriteText("fullDescription", $"{rule.What} {rule.Why}", json);
            json.WriteStartObject("help");
            json.WriteString("text", $"{rule.Why} {rule.Remedy}");
            json.WriteString("markdown", $"**Why.** {rule.Why}\n\n**Remedy.** {rule.Remedy}");
            json.WriteEndObject();
            json.WriteStartObject("defaultConfiguration");
            json.WriteString("level", Level(rule.Severity));
            json.WriteEndObject();
            json.WriteStartObject("properties");
            json.WriteStartArray("tags");
            foreach (var tag in rule.Equivalents.Prepend(ReportNames.Of(rule.Category)).Concat(rule.References.Where(reference => reference.StartsWith("CWE-", StringComparison.Ordinal))).Distinct())
            {
                json.WriteStringValue(tag);
            }

            json.WriteEndArray();
            json.WriteString("precision", rule.Confidence >= 0.9 ? "very-high" : "high");
            if (rule.Category == Category.Security)
            {
                json.WriteString("security-severity", SecuritySeverity(rule.Severity));
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Finding finding, int ruleIndex, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", finding.Rule.Id);
        json.WriteNumber("ruleIndex", ruleIndex);
        json.WriteString("level", Level(finding.Severity));
        WriteText("message", finding.Message, json);
        json.WriteStartArray("locations");
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation");
        WriteArtifact(finding.Location.Path, json);
        WriteRegion(finding.Location, json);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("partialFingerprints");
        json.WriteString("autodevops/v1", finding.Fingerprint);
        json.WriteEndObject();
        if (finding.Fix is { } fix)
        {
            WriteFix(fix, json);
        }

        json.WriteEndObject();
    }

    private static void WriteRegion(Location location, Utf8JsonWriter json)
    {
        if (location.StartLine == 0)
        {
            return;
        }

        json.WriteStartObject("region");
        json.WriteNumber("startLine", location.StartLine);
        json.WriteNumber("endLine", location.EndLine);
        if (location.StartColumn > 0)
        {
            json.WriteNumber("startColumn", location.StartColumn);
        }

        if (location.EndColumn > 0)
        {
            json.WriteNumber("endColumn", location.EndColumn);
        }

        json.WriteEndObject();
    }

    private static void WriteFix(Fix fix, Utf8JsonWriter json)
    {
        json.WriteStartArray("fixes");
        json.WriteStartObject();
        WriteText("description", fix.Description, json);
        json.WriteStartArray("artifactChanges");
        json.WriteStartObject();
        WriteArtifact(fix.Path, json);
        json.WriteStartArray("replacements");
        foreach (var edit in fix.Edits)
        {
            // Whole lines: from the first column of the first to the first column of the line after the last.
            json.WriteStartObject();
            json.WriteStartObject("deletedRegion");
            json.WriteNumber("startLine", edit.StartLine);
            json.WriteNumber("startColumn", 1);
            json.WriteNumber("endLine", edit.EndLine + 1);
            json.WriteNumber("endColumn", 1);
            json.WriteEndObject();
            if (edit.Text is not null)
            {
                WriteText("insertedContent", edit.Text + "\n", json);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteInvocation(AnalysisResult result, Utf8JsonWriter json)
    {
        json.WriteStartArray("invocations");
        json.WriteStartObject();
        json.WriteBoolean("executionSuccessful", true);
        json.WriteStartArray("toolExecutionNotifications");
        foreach (var diagnostic in result.Diagnostics)
        {
            json.WriteStartObject();
            json.WriteString("level", "note");
            WriteText("message", diagnostic.Path.Length > 0 ? $"{diagnostic.Path}: {diagnostic.Message}" : diagnostic.Message, json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteArtifact(string path, Utf8JsonWriter json)
    {
        json.WriteStartObject("artifactLocation");
        // A finding about the repository as a whole needs a file all the same: code scanning refuses a result without one.
        json.WriteString("uri", path.Length > 0 ? string.Join('/', path.Split('/').Select(Uri.EscapeDataString)) : "README.md");
        json.WriteString("uriBaseId", "%SRCROOT%");
        json.WriteEndObject();
    }

    private static void WriteText(string name, string text, Utf8JsonWriter json)
    {
        json.WriteStartObject(name);
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    private static string Level(Severity severity) => severity switch
    {
        >= Severity.High => "error",
        Severity.Medium => "warning",
        _ => "note",
    };

    /// <summary>GitHub's bands: over 9 critical, 7 to 8.9 high, 4 to 6.9 medium, below low.</summary>
    private static string SecuritySeverity(Severity severity) => severity switch
    {
        Severity.Critical => "9.5",
        Severity.High => "8.0",
        Severity.Medium => "5.5",
        Severity.Low => "3.0",
        _ => "1.0",
    };
}
