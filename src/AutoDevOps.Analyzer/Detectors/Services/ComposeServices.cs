using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Services;

/// <summary>A place that says a service is run beside the code.</summary>
/// <param name="Origin"><c>ci compose environment</c>.</param>
/// <param name="Folder">The folder that the statement is about.</param>
internal sealed record ServiceMention(KnownService Service, string? Version, string Origin, string Folder, Evidence Evidence)
{
    /// <summary>The job of existing CI that starts it; <c>""</c> when the file has none around it.</summary>
    public string Job { get; init; } = "";
}

/// <summary>A variable with the service that it reaches.</summary>
internal sealed record ServiceVariable(KnownService Service, string Name, string Folder, Evidence Evidence);

/// <summary>Reads the services of compose files and of existing CI.</summary>
internal static class ComposeServices
{
    public static void Read(RepositorySnapshot snapshot, List<ServiceMention> mentions, List<ServiceVariable> variables)
    {
        foreach (var file in snapshot.Files.Where(IsCompose))
        {
            foreach (var (_, service) in file.Yaml().Root?["services"]?.Entries ?? [])
            {
                if (service["image"] is { Text: { } image } node && KnownService.OfImage(image) is { } known)
                {
                    mentions.Add(new(known.Service, known.Version, "compose", file.Directory, Cite.At(file, node.Line)));
                }
                else
                {
                    // The environment of the database's own container is not what the code reads; that of the others is.
                    Variables(file, file.Directory, service["environment"], variables);
                }
            }
        }
    }

    public static void ReadCi(RepositorySnapshot snapshot, IEnumerable<CiConfiguration> ci, List<ServiceMention> mentions, List<ServiceVariable> variables)
    {
        foreach (var configuration in ci.Where(Commands.CiCommands.ChecksChanges))
        {
            if (snapshot.Find(configuration.Path) is not { Extension: ".yml" or ".yaml" } file || file.Yaml().Root is not { } root)
            {
                continue;
            }

            Variables(file, "", root["env"] ?? root["variables"], variables);
            if (root["jobs"] is not { Kind: NodeKind.Mapping } jobs)
            {
                Walk(file, root, "", mentions, variables, 0);
                continue;
            }

            foreach (var (job, value) in jobs.Entries)
            {
                Walk(file, value, job.Text ?? "", mentions, variables, 0);
            }
        }
    }

    /// <summary>Services stand at different depths in each vendor's file; a list or mapping named <c>services</c> or <c>docker</c> is one in all.</summary>
    private static void Walk(SnapshotFile file, DataNode node, string job, List<ServiceMention> mentions, List<ServiceVariable> variables, int depth)
    {
        if (depth > 12)
        {
            return;
        }

        foreach (var (key, value) in node.Entries)
        {
            if (key.Text is "services" or "docker")
            {
                var images = value.Items.Concat(value.Entries.Select(entry => entry.Value)).Select(item => item["image"] ?? item["name"] ?? item);
                foreach (var image in images.Where(image => image.Text is not null))
                {
                    if (KnownService.OfImage(image.Text!) is { } known)
                    {
                        mentions.Add(new(known.Service, known.Version, "ci", "", Cite.At(file, image.Line)) { Job = job });
                    }
                }

                continue;
            }

            if (key.Text is "env" or "environment" or "variables")
            {
                Variables(file, "", value, variables);
            }

            Walk(file, value, job, mentions, variables, depth + 1);
        }

        foreach (var item in node.Items)
        {
            Walk(file, item, job, mentions, variables, depth + 1);
        }
    }

    private static void Variables(SnapshotFile file, string folder, DataNode? environment, List<ServiceVariable> variables)
    {
        var pairs = (environment?.Entries ?? []).Select(entry => (entry.Key.Text, entry.Value.Text, entry.Key.Line))
            .Concat((environment?.Items ?? []).Select(item => Pair(item.Text ?? "", item.Line)));
        foreach (var (name, value, line) in pairs)
        {
            if (EnvironmentFiles.IsName(name) && (KnownService.OfScheme(value ?? "") ?? KnownService.OfVariable(name!)) is { } service)
            {
                // The line may hold a password: it is cited, not quoted.
                variables.Add(new(service, name!, folder, new(file.Path, line, name)));
            }
        }
    }

    /// <summary>Compose also takes a list of <c>NAME=value</c>.</summary>
    private static (string? Name, string? Value, int Line) Pair(string text, int line)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (text, null, line) : (text[..equals], text[(equals + 1)..], line);
    }

    private static bool IsCompose(SnapshotFile file) =>
        file.Extension is ".yml" or ".yaml" && !RepositoryPath.IsSample(file.Directory)
        && (file.Name.StartsWith("docker-compose", StringComparison.Ordinal) || file.Name.StartsWith("compose.", StringComparison.Ordinal)
            || file.Name.StartsWith("compose-", StringComparison.Ordinal));
}
