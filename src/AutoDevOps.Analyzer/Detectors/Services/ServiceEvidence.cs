using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Services;

/// <summary>Decides which services the tests of a component need.</summary>
/// <remarks>
/// A client library alone does not mean that tests need the server: it may be mocked, optional, or for production only. The rule, by the
/// strongest evidence: existing CI starts it, 0.95; the settings that a framework's tests run with name it, or a compose file around the
/// component starts it and the component depends on a client, 0.9; an example of the environment names it and the component depends on a
/// client, 0.85; the component depends on a client and its tests read a variable for it, 0.6, or 0.85 where the application's compose file
/// starts it; anything less is not inferred, and that is said. Where CI runs tests and all that it starts can be read, nothing else speaks.
/// A compose file that runs the application as well is no evidence of what tests need, nor is a variable that only other code reads: in the
/// repositories of docs/generated/detection.md tests needed the server in about half of either. Where tests have a stand-in, or a
/// database in their own process, only CI speaks for the server.
/// </remarks>
internal sealed class ServiceEvidence
{
    /// <summary>Places that read a variable, beyond which none is looked at.</summary>
    private const int MaxVariables = 1000;

    private static readonly string[] SqlServers = ["postgres", "mysql", "mariadb", "mssql"];
    private static readonly string[] SqliteClients = ["sqlite3", "better-sqlite3", "@prisma/adapter-better-sqlite3", "ext-pdo_sqlite", "github.com/mattn/go-sqlite3", "gorm.io/driver/sqlite", "modernc.org/sqlite", "ecto_sqlite3", "aiosqlite", "microsoft.data.sqlite", "microsoft.entityframeworkcore.sqlite"];

    private readonly DetectionContext _context;
    private readonly List<ServiceMention> _mentions = [];
    private readonly List<ServiceVariable> _variables = [];
    private readonly List<InProcessDatabase> _inProcess = [];
    private readonly List<(KnownService Service, string Folder, Evidence Place, string? Variable)> _prisma;
    private readonly Evidence? _settled;

    public ServiceEvidence(DetectionContext context)
    {
        _context = context;
        _settled = CiServices.Settle(context);
        ComposeServices.ReadCi(context.Snapshot, context.Ci, _mentions, _variables);
        TestSettings.Read(context.Snapshot, _mentions, _variables, _inProcess);
        ComposeServices.Read(context.Snapshot, _mentions, _variables);
        EnvironmentFiles.Read(context.Snapshot, _mentions, _variables);
        _prisma = [.. PrismaSchemas.Read(context.Snapshot)];
    }

    /// <summary>The services of a component, by name.</summary>
    /// <param name="dependencies">The names of what it depends on.</param>
    /// <param name="place">Where a dependency is declared; null: not installed by it.</param>
    public IReadOnlyList<Service> For(string folder, IEnumerable<string> dependencies, Func<string, Evidence?> place)
    {
        var client = new Client(folder, [.. dependencies.Distinct(StringComparer.Ordinal)], place);
        foreach (var schema in _prisma.Where(schema => RepositoryPath.IsWithin(schema.Folder, folder) && client.Declares(PrismaSchemas.Packages) is not null))
        {
            client.Add(schema.Service, schema.Place);
        }

        return [.. KnownService.All.Select(service => Decide(client, service)).OfType<Service>().OrderBy(service => service.Name, StringComparer.Ordinal)];
    }

    private Service? Decide(Client client, KnownService service)
    {
        var folder = client.Folder;
        var mentions = _mentions.Where(mention => mention.Service == service && client.Reads(mention)).ToList();
        var driver = client.Driver(service) ?? mentions.Where(mention => mention.Clients.Count > 0).Select(mention => client.Declares(mention.Clients)).FirstOrDefault();
        var inCi = mentions.Find(mention => mention.Origin == "ci");
        if (driver is null)
        {
            // Of CI's services, those whose client has an unknown name still belong to the root; what end-to-end jobs start belongs to the
            // examples and applications that they drive.
            var forTests = mentions.Find(mention => mention.Origin == "ci" && !Ci.CiRuntimes.IsRemote(mention.Job));
            return forTests is not null && folder.Length == 0 ? Build(service, 0.85, mentions, Variables(client, service, mentions), [forTests.Evidence]) : null;
        }

        if (service.Name is "mariadb" or "valkey" && mentions.Count == 0)
        {
            // The clients of MySQL and Redis do not speak for their relatives.
            return null;
        }

        List<ServiceVariable> read = [.. EnvironmentFiles.ReadByCode(_context.Snapshot, folder).Where(variable => variable.Service == service && (!EnvironmentFiles.IsOfAnyDatabase(variable.Name) || client.HasOneDatabase)).Take(MaxVariables)];
        var variables = Variables(client, service, mentions);
        var strongest = inCi ?? mentions.Find(mention => mention.Origin == "settings") ?? mentions.Find(mention => mention.Origin == "compose") ?? mentions.Find(mention => mention.Origin == "environment");
        if (inCi is null && Against(client, service, mentions, driver) is { } reason)
        {
            if (mentions.Count + read.Count > 0)
            {
                _context.Abstain(RepositoryPath.ToModel(folder), "services", reason);
            }

            return null;
        }

        if (strongest is null && !read.Exists(variable => PathRole.IsTest(variable.Evidence.Path)))
        {
            _context.Abstain(RepositoryPath.ToModel(folder), "services", $"a client of {service.Name} is declared at {driver}, and {Unsaid(mentions, read)} that tests need the server");
            return null;
        }

        variables.AddRange(read.Take(20));
        variables.AddRange(_prisma.Where(schema => schema.Service == service && schema.Variable is not null && RepositoryPath.IsWithin(schema.Folder, folder))
            .Select(schema => new ServiceVariable(service, schema.Variable!, folder, schema.Place)));
        var confidence = strongest?.Origin switch { "ci" => 0.95, "compose" or "settings" => 0.9, "environment" => 0.85, _ => mentions.Count > 0 ? 0.85 : 0.6 };
        return Build(service, confidence, mentions, variables, strongest is null ? [driver] : [strongest.Evidence, driver]);
    }

    /// <summary>Why tests do not need a server that CI does not start, or null.</summary>
    private string? Against(Client client, KnownService service, List<ServiceMention> mentions, Evidence driver)
    {
        var said = mentions.Count > 0 ? $"{service.Name} is named at {mentions[0].Evidence.Path}:{mentions[0].Evidence.Line}" : $"a client of {service.Name} is declared at {driver}";
        if (_settled is not null)
        {
            return $"{said}, but CI runs the tests without it ({_settled.Path}:{_settled.Line})";
        }

        if (StandIns.For(service, client.Names) is { } standIn && client.Place(standIn) is { } declared)
        {
            return $"{said}, but tests have {standIn} in its place ({declared.Path}:{declared.Line})";
        }

        var inProcess = SqlServers.Contains(service.Name) && !mentions.Exists(mention => mention.Origin == "settings")
            ? _inProcess.Find(database => RepositoryPath.IsWithin(client.Folder, database.Folder) && (database.Clients.Count == 0 || client.Declares(database.Clients) is not null))
            : null;
        return inProcess is null ? null : $"{said}, but tests have a database in their own process ({inProcess.Evidence.Path}:{inProcess.Evidence.Line})";
    }

    private static string Unsaid(List<ServiceMention> mentions, List<ServiceVariable> read) =>
        mentions.Count > 0 ? $"that {mentions[0].Evidence.Path}:{mentions[0].Evidence.Line} runs it beside the application does not say"
        : read.Count > 0 ? $"that {read[0].Evidence.Path}:{read[0].Evidence.Line} reads {read[0].Name} does not say"
        : "nothing says";

    /// <summary>What settings read holds for those who read these settings.</summary>
    private List<ServiceVariable> Variables(Client client, KnownService service, List<ServiceMention> mentions) =>
        [.. _variables.Where(variable => variable.Service == service && RepositoryPath.IsWithin(client.Folder, variable.Folder)
            && (!variable.IsOfSettings || mentions.Exists(mention => mention.Origin == "settings" && mention.Folder == variable.Folder)))];

    private static Service Build(KnownService service, double confidence, List<ServiceMention> mentions, List<ServiceVariable> variables, Evidence[] first)
    {
        return new(service.Name, mentions.Select(mention => mention.Version).FirstOrDefault(version => version is not null),
            [.. variables.Select(variable => variable.Name).Distinct().Order(StringComparer.Ordinal)],
            confidence,
            [.. first.Concat(mentions.Select(mention => mention.Evidence)).Concat(variables.Select(variable => variable.Evidence)).DistinctBy(place => (place.Path, place.Line)).Take(10)]);
    }

    /// <summary>A component as what it depends on shows it.</summary>
    private sealed class Client
    {
        private readonly Dictionary<string, Evidence> _drivers = new(StringComparer.Ordinal);
        private readonly Func<string, Evidence?> _place;

        public Client(string folder, IReadOnlyList<string> names, Func<string, Evidence?> place)
        {
            (Folder, Names, _place) = (folder, names, place);
            foreach (var name in names)
            {
                if (KnownService.ByDriver.TryGetValue(name.ToLowerInvariant(), out var service) && !_drivers.ContainsKey(service.Name) && place(name) is { } declared)
                {
                    _drivers.Add(service.Name, declared);
                }
            }
        }

        public string Folder { get; }

        public IReadOnlyList<string> Names { get; }

        public void Add(KnownService service, Evidence place) => _drivers.TryAdd(service.Name, place);

        /// <summary>Whether a variable that names no database can only be about one.</summary>
        public bool HasOneDatabase => _drivers.Keys.Count(SqlServers.Contains) + (Names.Any(name => SqliteClients.Contains(name.ToLowerInvariant())) ? 1 : 0) == 1;

        public Evidence? Place(string name) => _place(name);

        /// <summary>MariaDB and Valkey are reached with the clients of MySQL and Redis.</summary>
        public Evidence? Driver(KnownService service) =>
            _drivers.GetValueOrDefault(service.Name)
            ?? (service.Name == "mariadb" ? _drivers.GetValueOrDefault("mysql") : service.Name == "valkey" ? _drivers.GetValueOrDefault("redis") : null);

        /// <summary>Where the first of some names is declared, if any is.</summary>
        public Evidence? Declares(IEnumerable<string> names) => names.Intersect(Names, StringComparer.Ordinal).Select(_place).FirstOrDefault(place => place is not null);

        public bool Reads(ServiceMention mention) =>
            mention.Clients.Count > 0 ? RepositoryPath.IsWithin(Folder, mention.Folder) && Declares(mention.Clients) is not null
            : RepositoryPath.IsWithin(Folder, mention.Folder) || (Driver(mention.Service) is not null && IsForTests(mention));

        /// <summary>A compose file among the tests of a component is written for them.</summary>
        private bool IsForTests(ServiceMention mention) =>
            mention.Origin == "compose" && RepositoryPath.IsWithin(mention.Folder, Folder)
            && mention.Folder[Folder.Length..].TrimStart('/').Split('/')[0] is "test" or "tests" or "spec";
    }
}
