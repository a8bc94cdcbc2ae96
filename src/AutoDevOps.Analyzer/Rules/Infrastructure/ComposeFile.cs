using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Docker Compose files and their services.</summary>
internal static class ComposeFile
{
    public static bool IsPath(SnapshotFile file) =>
        file.Extension is ".yml" or ".yaml"
        && (file.Name.StartsWith("docker-compose", StringComparison.Ordinal) || file.Name.StartsWith("compose.", StringComparison.Ordinal))
        && !file.IsTest && !file.Path.Contains(".devcontainer/", StringComparison.Ordinal);

    public static IEnumerable<(string Name, DataNode Node)> Services(SnapshotFile file) =>
        (file.Yaml().Root?["services"]?.Entries ?? [])
            .Where(entry => entry.Key.Text is not null && entry.Value.Kind == NodeKind.Mapping)
            .Select(entry => (entry.Key.Text!, entry.Value));
}
