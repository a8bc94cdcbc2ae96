using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Services;

/// <summary>Decides which services the tests of a component need.</summary>
/// <remarks>
/// A client library alone does not mean that tests need the server: it may be mocked, optional, or for production only. The rule, by the
/// strongest evidence: existing CI starts it, 0.95; a compose file around the component starts it and the component depends on a client,
/// 0.9; an example of the environment names it and the component depends on a client, 0.85; the component depends on a client and its tests
/// read a variable for it, 0.6; anything less is not inferred, and that is said. What only other code reads is left out: of the
/// repositories in docs/generated/detection.md, CI started the server in none of the three such cases.
/// </remarks>
internal sealed class ServiceEvidence
{
    /// <summary>Places that read a variable, beyond which none is looked at.</summary>
    private const int MaxVariables = 1000;

    private readonly DetectionContext _context;
    private readonly List<ServiceMention> _mentions = [];
    private readonly List<ServiceVariable> _variables = [];

    public ServiceEvidence(DetectionContext context)
    {
        _context = context;
        ComposeServices.ReadCi(context.Snapshot, context.Ci, _mentions, _variables);
        ComposeServices.Read(context.Snapshot, _mentions, _variables);
        EnvironmentFiles.Read(context.Snapshot, _mentions, _variables);
    }

    /// <summary>The services of a component, by name.</summary>
    /// <param name="dependencies">The names of what it depends on.</param>
    /// <param name="place">Where a dependency is declared; null: not installed by it.</param>
    public IReadOnlyList<Service> For(string folder, IEnumerable<string> dependencies, Func<string, Evidence?> place)
    {
        var drivers = new Dictionary<string, Evidence>(StringComparer.Ordinal);
        foreach (var name in dependencies.Distinct(StringComparer.Ordinal))
        {
            if (KnownService.ByDriver.TryGetValue(name.ToLowerInvariant(), out var service) && !drivers.ContainsKey(service.Name) && place(name) is { } declared)
            {
                drivers.Add(service.Name, declared);
            }
        }

        return [.. KnownService.All.Select(service => Decide(folder, service, drivers)).OfType<Service>().OrderBy(service => service.Name, StringComparer.Ordinal)];
    }

    private Service? Decide(string folder, KnownService service, Dictionary<string, Evidence> drivers)
    {
        var driver = Driver(service, drivers);
        var mentions = _mentions.Where(mention => mention.Service == service && (RepositoryPath.IsWithin(folder, mention.Folder) || (driver is not null && IsForTestsOf(folder, mention)))).ToList();
        var inCi = mentions.FirstOrDefault(mention => mention.Origin == "ci");
        var strongest = inCi ?? mentions.FirstOrDefault(mention => mention.Origin == "compose") ?? mentions.FirstOrDefault();
        var variables = _variables.Where(variable => variable.Service == service && RepositoryPath.IsWithin(folder, variable.Folder)).ToList();
        List<ServiceVariable> read = driver is null ? [] : [.. EnvironmentFiles.ReadByCode(_context.Snapshot, folder).Where(variable => variable.Service == service).Take(MaxVariables)];
        var toldToTests = variables.Count > 0 || read.Exists(variable => PathRole.IsTest(variable.Evidence.Path));
        variables.AddRange(read.Take(20));

        if (service.Name is "mariadb" or "valkey" && mentions.Count == 0)
        {
            // The clients of MySQL and Redis do not speak for their relatives.
            return null;
        }

        if (driver is null)
        {
            // Of CI's services, those whose client has an unknown name still belong to the root; what end-to-end jobs start belongs to the
            // examples and applications that they drive.
            var forTests = mentions.Find(mention => mention.Origin == "ci" && !Ci.CiRuntimes.IsRemote(mention.Job));
            return forTests is not null && folder.Length == 0 ? Build(service, 0.85, mentions, variables, [forTests.Evidence]) : null;
        }

        if (strongest is null && !toldToTests)
        {
            var unread = read.Count == 0 ? "nothing says" : $"that {read[0].Evidence.Path}:{read[0].Evidence.Line} reads {read[0].Name} does not say";
            _context.Abstain(RepositoryPath.ToModel(folder), "services", $"a client of {service.Name} is declared at {driver}, and {unread} that tests need the server");
            return null;
        }

        var confidence = strongest?.Origin switch { "ci" => 0.95, "compose" => 0.9, "environment" => 0.85, _ => 0.6 };
        return Build(service, confidence, mentions, variables, strongest is null ? [driver] : [strongest.Evidence, driver]);
    }

    /// <summary>A compose file among the tests of a component is written for them.</summary>
    private static bool IsForTestsOf(string folder, ServiceMention mention) =>
        mention.Origin == "compose" && RepositoryPath.IsWithin(mention.Folder, folder)
        && mention.Folder[folder.Length..].TrimStart('/') is "test" or "tests" or "spec";

    /// <summary>MariaDB and Valkey are reached with the clients of MySQL and Redis.</summary>
    private static Evidence? Driver(KnownService service, Dictionary<string, Evidence> drivers) =>
        drivers.GetValueOrDefault(service.Name)
        ?? (service.Name == "mariadb" ? drivers.GetValueOrDefault("mysql") : service.Name == "valkey" ? drivers.GetValueOrDefault("redis") : null);

    private static Service Build(KnownService service, double confidence, List<ServiceMention> mentions, List<ServiceVariable> variables, Evidence[] first)
    {
        return new(service.Name, mentions.Select(mention => mention.Version).FirstOrDefault(version => version is not null),
            [.. variables.Select(variable => variable.Name).Distinct().Order(StringComparer.Ordinal)],
            confidence,
            [.. first.Concat(mentions.Select(mention => mention.Evidence)).Concat(variables.Select(variable => variable.Evidence)).Distinct().Take(10)]);
    }
}
