namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Official images of Docker Hub. Another name without a registry may be an image that is built next door.</summary>
internal static class WellKnownImages
{
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "adminer", "alpine", "amazonlinux", "busybox", "caddy", "cassandra", "consul", "couchdb", "debian", "eclipse-mosquitto", "elasticsearch", "fedora", "ghost", "golang", "grafana", "haproxy",
        "httpd", "influxdb", "kibana", "logstash", "mariadb", "maven", "memcached", "mongo", "mongo-express", "mysql", "nats", "neo4j", "nextcloud", "nginx", "node", "openjdk", "phpmyadmin", "php",
        "postgres", "python", "rabbitmq", "redis", "registry", "ruby", "solr", "sonarqube", "telegraf", "tomcat", "traefik", "ubuntu", "vault", "wordpress", "zookeeper",
    };

    /// <summary>Whether an image comes from elsewhere: it names its registry or owner, or is an official one.</summary>
    public static bool IsForeign(string image) => image.Contains('/', StringComparison.Ordinal) || IsOfficial(image);

    public static bool IsOfficial(string image) => Names.Contains(image.Split(':')[0]);
}
