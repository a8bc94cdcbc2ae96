using System.Text.Json;
using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Reports;

/// <summary>The facts of <c>autodevops.model/1</c>, each with its confidence and evidence.</summary>
internal static class ModelJson
{
    public static void Write(Component component, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("path", component.Path);
        json.WriteString("name", component.Name);
        json.WriteString("ecosystem", component.Ecosystem);
        WriteStrings("frameworks", component.Frameworks, json);
        WritePackageManager(component.PackageManager, json);
        json.WriteStartArray("runtimes");
        foreach (var runtime in component.Runtimes)
        {
            json.WriteStartObject();
            json.WriteString("name", runtime.Name);
            WriteStrings("versions", runtime.Versions, json);
            json.WriteString("source", runtime.Source);
            WriteProof(runtime.Confidence, runtime.Evidence, json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("commands");
        foreach (var command in component.Commands)
        {
            json.WriteStartObject();
            json.WriteString("kind", ReportNames.Of(command.Kind));
            json.WriteString("run", command.Run);
            json.WriteString("workingDirectory", command.WorkingDirectory);
            WriteProof(command.Confidence, command.Evidence, json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("services");
        foreach (var service in component.Services)
        {
            json.WriteStartObject();
            json.WriteString("name", service.Name);
            json.WriteString("version", service.Version);
            WriteStrings("environment", service.Environment, json);
            WriteProof(service.Confidence, service.Evidence, json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Where the repository is deployed to.</summary>
    public static void Write(IReadOnlyList<DeployTarget> targets, Utf8JsonWriter json)
    {
        json.WriteStartArray("deployTargets");
        foreach (var target in targets)
        {
            json.WriteStartObject();
            json.WriteString("name", target.Name);
            json.WriteString("path", target.Path);
            WriteProof(target.Confidence, target.Evidence, json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WritePackageManager(PackageManager? manager, Utf8JsonWriter json)
    {
        if (manager is null)
        {
            json.WriteNull("packageManager");
            return;
        }

        json.WriteStartObject("packageManager");
        json.WriteString("name", manager.Name);
        json.WriteString("version", manager.Version);
        json.WriteString("lockFile", manager.LockFile);
        WriteProof(manager.Confidence, manager.Evidence, json);
        json.WriteEndObject();
    }

    private static void WriteProof(double confidence, IReadOnlyList<Evidence> evidence, Utf8JsonWriter json)
    {
        json.WriteNumber("confidence", Math.Round(confidence, 2));
        json.WriteStartArray("evidence");
        foreach (var item in evidence)
        {
            json.WriteStartObject();
            json.WriteString("path", item.Path);
            json.WriteNumber("line", item.Line);
            if (item.Excerpt is not null)
            {
                json.WriteString("excerpt", item.Excerpt);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteStrings(string name, IEnumerable<string> values, Utf8JsonWriter json)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
