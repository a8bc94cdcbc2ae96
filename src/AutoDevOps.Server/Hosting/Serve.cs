using System.Globalization;

namespace AutoDevOps.Server.Hosting;

/// <summary>The verbs <c>serve</c> and <c>work</c>: one of several processes, with a PostgreSQL of one's own.</summary>
internal static class Serve
{
    public sealed record Settings(bool Pages, bool Workers, int? Port, string Data);

    public static async Task<int> RunAsync(Settings settings, CancellationToken cancellationToken)
    {
        var configuration = Configuration.Read();
        var database = Configuration.Require(
            configuration, "Database", "as the role autodevops_app, such as Host=db;Database=autodevops;Username=autodevops_app;Password=...");
        var port = settings.Port ?? configuration.GetValue($"{OptionsCatalog.Root}:Http:Port", 5080);
        Ports.RequireFree(port);
        var role = new ServerRole(
            database, DataDirectory.Open(settings.Data), settings.Pages, settings.Workers, IsLocal: false,
            Defaults: new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
            {
                [$"{OptionsCatalog.Root}:Http:Listen"] = "any",
                [$"{OptionsCatalog.Root}:Http:PublicAddress"] = $"http://localhost:{port}",
            },
            Settings: new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
            {
                [$"{OptionsCatalog.Root}:Http:Port"] = port.ToString(CultureInfo.InvariantCulture),
            });
        await using var app = ServerHost.Build(role);
        await app.StartAsync(cancellationToken);
        await app.WaitForShutdownAsync(cancellationToken);
        return Guard.Fine;
    }
}
