using System.Text;
using System.Text.Json;
using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Tests.RepositoryModels;

/// <summary>The small repositories under <c>Fixtures/Repositories</c>; beside each stands the model it should have.</summary>
internal static class FixtureRepositories
{
    public static string Root { get; } = Path.Combine(AppContext.BaseDirectory, "Fixtures", "Repositories");

    public static TheoryData<string> Names => [.. Directory.EnumerateDirectories(Root).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    public static List<SnapshotFile> Files(string name)
    {
        var root = Path.Combine(Root, name);
        return [.. Directory.EnumerateFiles(root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
            .Select(path => SnapshotFile.FromText(Path.GetRelativePath(root, path), File.ReadAllText(path)))];
    }

    public static RepositorySnapshot Snapshot(string name) => new(Files(name));

    public static string Expected(string name) => File.ReadAllText(Path.Combine(Root, name + ".expected.json"));

    /// <summary>A model as people review it: one fact a line.</summary>
    public static string Render(RepositoryModel model, IEnumerable<Diagnostic> diagnostics)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new() { Indented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartArray("components");
            foreach (var component in model.Components)
            {
                json.WriteStartObject();
                json.WriteString("component", $"{component.Path} {component.Name} {component.Ecosystem} [{string.Join(", ", component.Frameworks)}]");
                json.WriteString("packageManager", component.PackageManager is { } manager ? $"{manager.Name} {manager.Version ?? "-"} lock={manager.LockFile ?? "-"} {manager.Confidence} <- {string.Join(", ", manager.Evidence)}" : null);
                Write(json, "runtimes", component.Runtimes.Select(runtime => $"{runtime.Name} {string.Join(" ", runtime.Versions)} {runtime.Confidence} <- {runtime.Source}"));
                Write(json, "commands", component.Commands.Select(command => $"{command.Kind} `{command.Run}` in {command.WorkingDirectory} {command.Confidence} <- {string.Join(", ", command.Evidence)}"));
                Write(json, "services", component.Services.Select(service => $"{service.Name} {service.Version ?? "-"} [{string.Join(", ", service.Environment)}] {service.Confidence} <- {string.Join(", ", service.Evidence)}"));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            Write(json, "ci", model.Ci.Select(ci => $"{ci.Vendor} {ci.Path}: {string.Join(" | ", ci.Steps.Select(step => $"{step.Line} {step.Job}: {step.Run ?? step.Uses}"))}"));
            Write(json, "notInferred", model.NotInferred.Select(fact => $"{fact.Component} {fact.What}: {fact.Why}"));
            Write(json, "diagnostics", diagnostics.Select(diagnostic => $"{diagnostic.Path}:{diagnostic.Line} {diagnostic.Message}"));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    private static void Write(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
