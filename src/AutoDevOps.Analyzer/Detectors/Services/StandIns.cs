namespace AutoDevOps.Analyzer.Detectors.Services;

/// <summary>Libraries that take the place of a service in tests: in memory, as a mock, or in a container or process that the tests start themselves.</summary>
internal static class StandIns
{
    /// <summary>By the service they stand in for; <c>""</c>: for any, as Testcontainers do.</summary>
    private static readonly (string Service, string[] Names)[] Known =
    [
        ("", ["testcontainers", "testcontainers-modules", "github.com/testcontainers/testcontainers-go", "github.com/ory/dockertest/v3", "github.com/ory/dockertest"]),
        ("redis", ["ioredis-mock", "redis-mock", "redis-memory-server", "fakeredis", "mock_redis", "github.com/alicebob/miniredis/v2", "github.com/go-redis/redismock/v9", "com.github.kstyrc:embedded-redis", "com.github.codemonstur:embedded-redis"]),
        ("mongodb", ["mongodb-memory-server", "mongodb-memory-server-core", "mongomock", "de.flapdoodle.embed:de.flapdoodle.embed.mongo"]),
        ("postgres", ["pg-mem", "embedded-postgres", "pytest-postgresql", "testing.postgresql", "github.com/fergusstrange/embedded-postgres", "github.com/data-dog/go-sqlmock", "io.zonky.test:embedded-postgres", "com.opentable.components:otj-pg-embedded"]),
        ("mysql", ["github.com/data-dog/go-sqlmock"]),
        ("kafka", ["org.springframework.kafka:spring-kafka-test", "mockafka-py"]),
    ];

    /// <summary>Of the declared names one that stands in for a service, or null.</summary>
    public static string? For(KnownService service, IEnumerable<string> declared) =>
        declared.FirstOrDefault(name => Array.Exists(Known, known => (known.Service.Length == 0 || known.Service == service.Name) && known.Names.Contains(name.ToLowerInvariant()))
            || name.StartsWith("@testcontainers/", StringComparison.Ordinal) || name.StartsWith("Testcontainers", StringComparison.Ordinal)
            || name.StartsWith("github.com/testcontainers/testcontainers-go/", StringComparison.Ordinal));
}
