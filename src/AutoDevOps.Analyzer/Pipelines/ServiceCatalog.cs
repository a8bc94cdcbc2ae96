using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Pipelines;

/// <summary>How the services that tests need are run in CI, and what the code is told of them. Credentials are throwaway: they live as long
/// as the job and guard nothing.</summary>
internal static class ServiceCatalog
{
    private const string Word = "autodevops";

    private static readonly Template[] Templates =
    [
        new("postgres", "postgres", "17", 5432, "postgresql", [("POSTGRES_DB", Word), ("POSTGRES_PASSWORD", Word), ("POSTGRES_USER", Word)], $"pg_isready -U {Word}"),
        new("mysql", "mysql", "8.4", 3306, "mysql", [("MYSQL_DATABASE", Word), ("MYSQL_PASSWORD", Word), ("MYSQL_ROOT_PASSWORD", Word), ("MYSQL_USER", Word)], $"mysqladmin ping -h 127.0.0.1 -p{Word}"),
        new("mariadb", "mariadb", "11.4", 3306, "mysql", [("MARIADB_DATABASE", Word), ("MARIADB_PASSWORD", Word), ("MARIADB_ROOT_PASSWORD", Word), ("MARIADB_USER", Word)], "healthcheck.sh --connect --innodb_initialized"),
        new("redis", "redis", "7.4", 6379, "redis", [], "redis-cli ping"),
        new("valkey", "valkey/valkey", "8.1", 6379, "redis", [], "valkey-cli ping"),
        new("mongodb", "mongo", "8.0", 27017, "mongodb", [], "mongosh --quiet --eval 'db.runCommand({ping: 1})'"),
        new("rabbitmq", "rabbitmq", "4.1", 5672, "amqp", [], "rabbitmq-diagnostics -q ping"),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. Templates.Select(template => template.Name)];

    /// <summary>The service as CI runs it, or null when it is not one of those known here.</summary>
    public static PlannedService? Plan(Service service)
    {
        if (Array.Find(Templates, template => template.Name == service.Name) is not { } known)
        {
            return null;
        }

        var tag = service.Version is { } version && version.Length <= 40 && version.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_')
            ? version
            : known.Tag;
        var planned = new PlannedService(
            known.Name,
            $"{known.Image}:{tag}",
            known.Port,
            new SortedDictionary<string, string>(known.Environment.ToDictionary(pair => pair.Name, pair => pair.Value), StringComparer.Ordinal),
            known.Health,
            new(service.Evidence, service.Confidence));
        return known.Name == "postgres" && !service.Environment.Any(variable => ValueOf(variable, planned)?.Contains(Word, StringComparison.Ordinal) == true) ? WithUsualNames(planned) : planned;
    }

    /// <summary>Code that no variable tells who it is has that written in a file, and mostly as the image's own user, whom generators of
    /// projects take as well: <c>postgres</c>, for the password, too.</summary>
    private static PlannedService WithUsualNames(PlannedService planned) => planned with
    {
        Environment = new SortedDictionary<string, string>(planned.Environment.ToDictionary(pair => pair.Key, _ => "postgres"), StringComparer.Ordinal),
        HealthCommand = "pg_isready -U postgres",
    };

    /// <summary>What a variable through which the code learns of the service is set to, or null when its name does not say.</summary>
    /// <param name="host">By which name the commands reach it.</param>
    public static string? ValueOf(string variable, PlannedService service, string host = "localhost")
    {
        var known = Array.Find(Templates, template => template.Name == service.Name)!;
        var hasCredentials = known.Environment.Count > 0;
        var name = variable.ToUpperInvariant();
        if (hasCredentials && name is "PGPASSWORD" or "PGUSER" or "PGDATABASE" or "MYSQL_PWD")
        {
            return Word;
        }

        if (name is "PGHOST" or "PGPORT")
        {
            return name == "PGHOST" ? host : known.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        if (name.EndsWith("_URL", StringComparison.Ordinal) || name.EndsWith("_URI", StringComparison.Ordinal) || name.EndsWith("_DSN", StringComparison.Ordinal))
        {
            var credentials = hasCredentials ? $"{Word}:{Word}@" : "";
            var database = hasCredentials ? $"/{Word}" : known.Scheme == "redis" ? "/0" : "";
            return $"{known.Scheme}://{credentials}{host}:{known.Port}{database}";
        }

        return name.Split('_')[^1] switch
        {
            "HOST" or "HOSTNAME" or "SERVER" => host,
            "PORT" => known.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            "USER" or "USERNAME" or "PASSWORD" or "PASS" or "DB" or "DATABASE" or "NAME" when hasCredentials => Word,
            _ => null,
        };
    }

    private sealed record Template(string Name, string Image, string Tag, int Port, string Scheme, IReadOnlyList<(string Name, string Value)> Environment, string Health);
}
