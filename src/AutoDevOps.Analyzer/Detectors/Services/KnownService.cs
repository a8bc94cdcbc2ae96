namespace AutoDevOps.Analyzer.Detectors.Services;

/// <summary>How a service is recognised.</summary>
/// <param name="Images">Last parts of image names.</param>
/// <param name="Drivers">Client libraries in any ecosystem, lower case.</param>
/// <param name="Schemes">Schemes of connection addresses.</param>
/// <param name="Variables">What the environment variables that reach it begin with.</param>
internal sealed record KnownService(string Name, string[] Images, string[] Drivers, string[] Schemes, string[] Variables)
{
    public static IReadOnlyList<KnownService> All { get; } =
    [
        new("postgres", ["postgres", "postgresql", "postgis", "pgvector", "timescaledb"],
            ["pg", "postgres", "pg-promise", "slonik", "@prisma/adapter-pg", "psycopg", "psycopg2", "psycopg2-binary", "asyncpg", "aiopg", "pg8000",
             "npgsql", "npgsql.entityframeworkcore.postgresql", "github.com/lib/pq", "github.com/jackc/pgx/v5", "github.com/jackc/pgx/v4", "github.com/jackc/pgx", "gorm.io/driver/postgres", "postgrex", "ext-pgsql", "ext-pdo_pgsql", "postgresql-simple", "hasql", "postgres-nio", "postgres-kit", "fluent-postgres-driver", "persistent-postgresql",
             "tokio-postgres", "sqlx-postgres", "pq-sys", "deadpool-postgres", "org.postgresql:postgresql", "org.postgresql:r2dbc-postgresql", "io.vertx:vertx-pg-client", "org.tpolecat:skunk-core", "org.tpolecat:doobie-postgres"],
            ["postgres", "postgresql", "postgresql+psycopg", "postgresql+asyncpg", "postgresql+psycopg2"], ["POSTGRES", "PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE", "PG_", "DATABASE_URL"]),
        new("mysql", ["mysql", "mysql-server", "percona"],
            ["mysql", "mysql2", "mysqlclient", "pymysql", "aiomysql", "mysql-connector-python", "mysqlconnector", "mysql.data", "pomelo.entityframeworkcore.mysql", "github.com/go-sql-driver/mysql", "gorm.io/driver/mysql", "trilogy", "myxql", "ext-mysqli", "ext-pdo_mysql", "mysql1", "mysql_client", "mysql-simple", "persistent-mysql", "mysql-kit", "fluent-mysql-driver",
             "mysql_async", "sqlx-mysql", "mysqlclient-sys", "com.mysql:mysql-connector-j", "mysql:mysql-connector-java"],
            ["mysql", "mysql2", "mysql+pymysql", "mysql+aiomysql"], ["MYSQL"]),
        new("mariadb", ["mariadb"], ["mariadb", "@prisma/adapter-mariadb", "org.mariadb.jdbc:mariadb-java-client"], ["mariadb"], ["MARIADB"]),
        new("redis", ["redis", "redis-stack", "redis-stack-server", "client-libs-test"],
            ["redis", "ioredis", "@redis/client", "bullmq", "bull", "connect-redis", "aioredis", "django-redis", "rq", "arq", "stackexchange.redis",
             "microsoft.extensions.caching.stackexchangeredis", "github.com/redis/go-redis/v9", "github.com/go-redis/redis/v8", "github.com/go-redis/redis", "github.com/gomodule/redigo", "redis-client", "sidekiq", "resque", "predis/predis", "ext-redis", "redix", "exq", "hedis", "redistack",
             "fred", "deadpool-redis", "bb8-redis", "redis.clients:jedis", "io.lettuce:lettuce-core", "org.redisson:redisson", "org.springframework.boot:spring-boot-starter-data-redis", "dev.profunktor:redis4cats-effects"],
            ["redis", "rediss"], ["REDIS"]),
        new("valkey", ["valkey"], ["valkey", "iovalkey"], ["valkey"], ["VALKEY"]),
        new("mongodb", ["mongo", "mongodb", "mongodb-community-server"],
            ["mongodb", "mongoose", "pymongo", "motor", "beanie", "mongoengine", "mongodb.driver", "go.mongodb.org/mongo-driver", "go.mongodb.org/mongo-driver/v2", "mongo", "mongoid", "mongodb/mongodb", "ext-mongodb", "mongodb_driver", "mongo_dart",
             "org.mongodb:mongodb-driver-sync", "org.mongodb:mongodb-driver-reactivestreams", "org.mongodb.scala:mongo-scala-driver", "org.springframework.boot:spring-boot-starter-data-mongodb"],
            ["mongodb", "mongodb+srv"], ["MONGO"]),
        new("rabbitmq", ["rabbitmq"], ["amqplib", "amqp-connection-manager", "pika", "aio-pika", "kombu", "rabbitmq.client", "masstransit.rabbitmq", "github.com/rabbitmq/amqp091-go", "github.com/streadway/amqp", "bunny", "php-amqplib/php-amqplib", "ext-amqp", "amqp", "lapin", "com.rabbitmq:amqp-client", "org.springframework.boot:spring-boot-starter-amqp"],
            ["amqp", "amqps"], ["RABBITMQ", "AMQP"]),
        new("kafka", ["kafka", "cp-kafka", "redpanda"], ["kafkajs", "kafka-python", "aiokafka", "confluent-kafka", "confluent.kafka", "github.com/segmentio/kafka-go", "github.com/ibm/sarama", "github.com/twmb/franz-go", "ruby-kafka", "rdkafka", "karafka", "ext-rdkafka", "brod", "broadway_kafka",
             "org.apache.kafka:kafka-clients", "org.springframework.kafka:spring-kafka", "com.github.fd4s:fs2-kafka"],
            ["kafka"], ["KAFKA"]),
        new("elasticsearch", ["elasticsearch"], ["@elastic/elasticsearch", "elasticsearch", "elasticsearch-dsl", "elastic.clients.elasticsearch", "nest", "github.com/elastic/go-elasticsearch/v8", "elasticsearch-rails", "searchkick", "elasticsearch/elasticsearch", "co.elastic.clients:elasticsearch-java", "org.springframework.boot:spring-boot-starter-data-elasticsearch"],
            [], ["ELASTIC"]),
        new("opensearch", ["opensearch"], ["@opensearch-project/opensearch", "opensearch-py", "opensearch.client", "opensearch-ruby", "opensearch-project/opensearch-php", "opensearch", "org.opensearch.client:opensearch-java"], [], ["OPENSEARCH"]),
        new("memcached", ["memcached"], ["memjs", "memcached", "pymemcache", "pylibmc", "enyimmemcachedcore", "github.com/bradfitz/gomemcache", "dalli", "ext-memcached", "memcache", "net.spy:spymemcached"], ["memcached"], ["MEMCACHE"]),
        new("mssql", ["server", "azure-sql-edge"], ["mssql", "tedious", "pyodbc", "pymssql", "microsoft.data.sqlclient", "system.data.sqlclient", "microsoft.entityframeworkcore.sqlserver", "github.com/microsoft/go-mssqldb", "tiberius", "com.microsoft.sqlserver:mssql-jdbc"],
            ["mssql", "sqlserver"], ["MSSQL", "SQLSERVER"]),
        new("nats", ["nats"], ["nats", "nats-py", "nats.net", "nats.client.core", "github.com/nats-io/nats.go", "async-nats", "io.nats:jnats"], ["nats"], ["NATS"]),
        new("minio", ["minio"], ["minio", "github.com/minio/minio-go/v7", "io.minio:minio"], [], ["MINIO"]),
        new("localstack", ["localstack"], ["localstack-client"], [], ["LOCALSTACK"]),
    ];

    /// <summary>The service of each client library.</summary>
    public static IReadOnlyDictionary<string, KnownService> ByDriver { get; } =
        All.SelectMany(service => service.Drivers.Select(driver => (driver, service))).DistinctBy(entry => entry.driver).ToDictionary(entry => entry.driver, entry => entry.service, StringComparer.Ordinal);

    /// <summary>The service and version of an image reference, or null. A variable with a default (<c>${TAG:-16}</c>) counts as its default.</summary>
    public static (KnownService Service, string? Version)? OfImage(string image)
    {
        var name = image.Split('@')[0];
        var slash = name.LastIndexOf('/');
        var colon = name.IndexOf(':', slash + 1);
        var tag = colon < 0 ? null : name[(colon + 1)..];
        var last = (colon < 0 ? name : name[..colon])[(slash + 1)..].ToLowerInvariant();
        if (last == "server" && !image.Contains("mssql", StringComparison.Ordinal))
        {
            return null;
        }

        var service = All.FirstOrDefault(service => service.Images.Contains(last));
        return service is null ? null : (service, Version(tag));
    }

    public static KnownService? OfScheme(string value)
    {
        var end = value.IndexOf("://", StringComparison.Ordinal);
        var scheme = end <= 0 ? null : value[..end].TrimStart('"', '\'').ToLowerInvariant();
        return scheme is null ? null : All.FirstOrDefault(service => service.Schemes.Contains(scheme));
    }

    /// <summary>The service that a variable is about by its name. <c>DATABASE_URL</c> alone names no database.</summary>
    public static KnownService? OfVariable(string name) =>
        name == "DATABASE_URL" ? null : All.FirstOrDefault(service => service.Variables.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));

    private static string? Version(string? tag)
    {
        var text = tag is null ? null : tag.StartsWith("${", StringComparison.Ordinal) && tag.Contains(":-") ? tag[(tag.IndexOf(":-", StringComparison.Ordinal) + 2)..].TrimEnd('}') : tag;
        return text is null or "latest" || text.Contains('$') || text.Contains('{') || !Commands.SafeName.IsSafe(text) ? null : text;
    }
}
