using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Services;

/// <summary>A place that says a service is run beside the code.</summary>
/// <param name="Origin"><c>ci settings compose environment</c>; <c>stack</c>: a compose file that runs the application as well, or an example of
/// the environment that reaches a service of one.</param>
/// <param name="Folder">The folder that the statement is about.</param>
internal sealed record ServiceMention(KnownService Service, string? Version, string Origin, string Folder, Evidence Evidence)
{
    /// <summary>The job of existing CI that starts it; <c>""</c> when the file has none around it.</summary>
    public string Job { get; init; } = "";

    /// <summary>What the others of a compose file call it; <c>""</c> elsewhere.</summary>
    public string Host { get; init; } = "";

    /// <summary>Of settings: the dependencies one of which reads them; empty where any client of the service will do.</summary>
    public IReadOnlyList<string> Clients { get; init; } = [];
}

/// <summary>A variable with the service that it reaches.</summary>
internal sealed record ServiceVariable(KnownService Service, string Name, string Folder, Evidence Evidence)
{
    /// <summary>Read by the settings of a framework, which alone say what its tests need.</summary>
    public bool IsOfSettings { get; init; }
}

/// <summary>Reads the services of compose files and of existing CI.</summary>
internal static class ComposeServices
{
    /// <summary>Actions that start a service for the steps after them.</summary>
    private static readonly (string Action, string Service)[] Actions =
    [
        ("supercharge/redis-github-action", "redis"), ("shogo82148/actions-setup-redis", "redis"), ("supercharge/mongodb-github-action", "mongodb"),
        ("ankane/setup-postgres", "postgres"), ("ankane/setup-mysql", "mysql"), ("ankane/setup-mariadb", "mariadb"), ("ankane/setup-mongodb", "mongodb"),
        ("ankane/setup-elasticsearch", "elasticsearch"), ("ankane/setup-opensearch", "opensearch"), ("ikalnytskyi/action-setup-postgres", "postgres"),
        ("shogo82148/actions-setup-mysql", "mysql"), ("mirromutth/mysql-action", "mysql"), ("harmon758/postgresql-action", "postgres"), ("niden/actions-memcached", "memcached"),
    ];

    public static void Read(RepositorySnapshot snapshot, List<ServiceMention> mentions, List<ServiceVariable> variables)
    {
        foreach (var file in snapshot.Files.Where(IsCompose))
        {
            // A file that runs the application as well says how it is run, not what its tests need.
            var origin = IsForTests(file) || !RunsTheApplication(file) ? "compose" : "stack";
            foreach (var (name, service) in file.Yaml().Root?["services"]?.Entries ?? [])
            {
                if (service["build"] is null && Image(service) is { Text: { } image } node && KnownService.OfImage(image) is { } known)
                {
                    var profiled = (service["profiles"]?.ScalarOrItems() ?? []).Any(profile => profile.Text is "test" or "tests" or "testing");
                    mentions.Add(new(known.Service, known.Version, profiled ? "compose" : origin, file.Directory, Cite.At(file, node.Line)) { Host = name.Text ?? "" });
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

            mentions.AddRange(from step in configuration.Steps
                              let known = Array.Find(Actions, action => string.Equals(action.Action, step.Uses?.Split('@')[0], StringComparison.OrdinalIgnoreCase))
                              where known.Action is not null
                              select new ServiceMention(KnownService.All.First(service => service.Name == known.Service), null, "ci", "", Cite.At(file, step.Line)) { Job = step.Job });

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

    /// <summary>One of its services is built here, continues one of another file, or is told how to reach another of them.</summary>
    private static bool RunsTheApplication(SnapshotFile file) =>
        (file.Yaml().Root?["services"]?.Entries ?? []).Any(entry =>
        {
            var told = new List<ServiceVariable>();
            if (Image(entry.Value) is not { Text: { } image } || KnownService.OfImage(image) is null)
            {
                Variables(file, file.Directory, entry.Value["environment"], told);
            }

            return told.Count > 0 || entry.Value["build"] is not null || entry.Value["extends"] is not null;
        });

    /// <summary>Of the service itself, or of what it is merged with.</summary>
    private static DataNode? Image(DataNode service) => service["image"] ?? service["<<"]?["image"];

    private static bool IsForTests(SnapshotFile file) =>
        file.Name.Split('.', '-', '_').Any(part => part is "test" or "tests" or "testing" or "ci") || file.Directory.Split('/').Any(part => part is "test" or "tests" or "spec");

    private static bool IsCompose(SnapshotFile file) =>
        file.Extension is ".yml" or ".yaml" && !RepositoryPath.IsSample(file.Directory)
        && (file.Name.StartsWith("docker-compose", StringComparison.Ordinal) || file.Name.StartsWith("compose.", StringComparison.Ordinal)
            || file.Name.StartsWith("compose-", StringComparison.Ordinal))
        && !file.Name.Split('.', '-', '_').Any(part => part is "prod" or "production" or "deploy" or "staging");
}
