using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Docker;

/// <summary>A compose file under one of the names that <c>docker compose</c> looks for (Compose specification).</summary>
internal sealed class ComposeProject
{
    public static readonly string[] Names = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

    private ComposeProject(SnapshotFile file) => File = file;

    public SnapshotFile File { get; }

    public string Folder => File.Directory;

    /// <summary>The folders that its services are built in, each with its place.</summary>
    public List<(string Folder, Evidence Place)> Builds { get; } = [];

    /// <summary>Why it cannot be read by itself, or null: a variable that must be set, a file of variables that is not kept.</summary>
    public string? WhyNot { get; private set; }

    public Evidence? Services { get; private set; }

    public static ComposeProject? Read(DetectionContext context, string folder)
    {
        var file = Names.Select(name => context.Snapshot.Find(RepositoryPath.File(folder, name))).FirstOrDefault(found => found is not null);
        if (file is null)
        {
            return null;
        }

        var document = file.Yaml();
        if (document.Root?["services"] is not { Kind: NodeKind.Mapping, Entries.Count: > 0 } services)
        {
            return null;
        }

        var project = new ComposeProject(file) { Services = Cite.At(file, document.Root.Key("services")!.Line) };
        foreach (var (_, service) in services.Entries)
        {
            project.Read(context, service);
        }

        var required = file.Lines().FirstOrDefault(line => line.Text.Contains(":?", StringComparison.Ordinal) && line.Text.Contains("${", StringComparison.Ordinal));
        project.WhyNot ??= required.Text is null ? null : $"{new Evidence(file.Path, required.Number)} requires a variable";
        return project;
    }

    private void Read(DetectionContext context, DataNode service)
    {
        if (service["build"] is { } build)
        {
            var path = (build["context"] ?? build).Text ?? ".";
            if (RepositoryPath.Combine(Folder, path) is { } folder && (folder.Length == 0 || context.Snapshot.Under(folder).Any()))
            {
                Builds.Add((folder, Cite.At(File, build.Line)));
            }
            else
            {
                WhyNot ??= $"{Cite.At(File, build.Line)} builds what is not in the repository";
            }
        }

        foreach (var item in service["env_file"]?.ScalarOrItems() ?? [])
        {
            if (RepositoryPath.Combine(Folder, item.Text ?? "") is not { } path || context.Snapshot.Find(path) is null)
            {
                WhyNot ??= $"{new Evidence(File.Path, item.Line)} reads a file of variables that is not in the repository";
            }
        }
    }
}
