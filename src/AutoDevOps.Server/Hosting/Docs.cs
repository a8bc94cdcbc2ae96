using System.Globalization;
using System.Text;
using System.Xml.Linq;
using AutoDevOps.Server.Data;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace AutoDevOps.Server.Hosting;

/// <summary>Prints the documentation that is generated: a test compares it with what is committed.</summary>
internal static class Docs
{
    public static async Task<int> PrintAsync(string what, TextWriter output, CancellationToken cancellationToken)
    {
        await output.WriteAsync(what switch
        {
            "configuration" => Options(),
            "openapi" => await OpenApiAsync(cancellationToken),
            "schema" => await SchemaAsync(cancellationToken),
            _ => throw new StartException($"There is no document {what}: configuration, openapi, schema."),
        });
        return Guard.Fine;
    }

    /// <summary>Every option with its meaning, range and default, from the comments beside them.</summary>
    internal static string Options()
    {
        var comments = XDocument.Load(Path.Combine(AppContext.BaseDirectory, $"{typeof(Docs).Assembly.GetName().Name}.xml"))
            .Descendants("member").ToDictionary(member => member.Attribute("name")!.Value, StringComparer.Ordinal);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Configuration

            Printed by `{Product.Program} docs configuration`; do not edit.

            Set an option in the environment (`{OptionsCatalog.Root}__Http__Port=8080`) or in `appsettings.json` beside the program. Everything is
            checked at start, all mistakes are told at once, and an unknown name is refused.

            `serve` and `work` need `ConnectionStrings__Database` (as the role `autodevops_app`), `migrate` needs
            `ConnectionStrings__Administrator` (as a superuser, or as a role that may create roles and owns the database). `up` brings its own
            database unless both are given. Behind PgBouncer, `ConnectionStrings__Direct` names the way past it, on which processes listen for
            each other; without it they find jobs by looking every few seconds.

            With `ConnectionStrings__Redis` (`redis:6379,user=...,password=...,ssl=true`, with the options of StackExchange.Redis) Redis carries what
            processes tell each other instead of PostgreSQL, and `Direct` is not needed. Redis holds nothing: while it is away jobs are found by
            looking, and nothing is lost. Installations that share one need a `channelPrefix=` each. All processes of one installation must
            have the same setting.

            """);
        foreach (var entry in OptionsCatalog.All)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {OptionsCatalog.Root}:{entry.Section}\n\n{Text(comments, $"T:{entry.Type.FullName}", "summary")}\n\n");
            text.Append("| option | meaning | values |\n|---|---|---|\n");
            foreach (var property in entry.Properties.OrderBy(property => property.Name, StringComparer.Ordinal))
            {
                var member = $"P:{property.DeclaringType!.FullName}.{property.Name}";
                text.Append(CultureInfo.InvariantCulture, $"| `{property.Name}` | {Text(comments, member, "summary")} | {Text(comments, member, "value")} |\n");
            }
        }

        return text.ToString();
    }

    private static async Task<string> OpenApiAsync(CancellationToken cancellationToken)
    {
        var data = Directory.CreateTempSubdirectory("autodevops-docs-");
        try
        {
            var none = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
            var role = new ServerRole(
                "Host=none", DataDirectory.Open(data.FullName), Pages: true, Workers: false, IsLocal: true, Defaults: none,
                Settings: new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
                {
                    [$"{OptionsCatalog.Root}:Http:Listen"] = "127.0.0.1",
                    [$"{OptionsCatalog.Root}:Http:MetricsPort"] = "0",
                });
            // The document is made of the endpoints, which are there once the program has started; nobody needs to reach it.
            await using var app = ServerHost.Build(role, builder =>
            {
                builder.Services.AddSingleton<IServer, Unreachable>();
                // Our own background work, which would look for a database; what is made by a type is the framework's.
                foreach (var background in builder.Services.Where(service => service.ServiceType == typeof(IHostedService) && service.ImplementationFactory is not null).ToList())
                {
                    builder.Services.Remove(background);
                }
            });
            await app.StartAsync(cancellationToken);
            return await OpenApiDocument.WriteAsync(app.Services, cancellationToken);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static async Task<string> SchemaAsync(CancellationToken cancellationToken)
    {
        var data = Directory.CreateTempSubdirectory("autodevops-docs-");
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                // PostgreSQL may run as another account than we.
                File.SetUnixFileMode(data.FullName, File.GetUnixFileMode(data.FullName) | UnixFileMode.OtherExecute);
            }

            await using var database = await LocalDatabase.OpenOwnAsync(DataDirectory.Open(data.FullName), cancellationToken);
            return await new Db(AppDataSource.Create(database.ConnectionString)).InTransactionAsync(
                Caller.Anonymous, connection => SchemaPrinter.PrintAsync(connection, cancellationToken), cancellationToken);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static string Text(Dictionary<string, XElement> comments, string member, string element)
    {
        if (comments.GetValueOrDefault(member)?.Element(element) is not { } comment)
        {
            throw new InvalidOperationException($"{member} has no <{element}>.");
        }

        var words = new StringBuilder();
        foreach (var node in comment.Nodes())
        {
            words.Append(node is XElement { Name.LocalName: "see" } see ? $"`{see.Attribute("cref")!.Value.Split('.')[^1]}`" : node is XElement inner ? $"`{inner.Value}`" : node.ToString());
        }

        return string.Join(' ', words.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Replace("|", "\\|", StringComparison.Ordinal);
    }

    private sealed class Unreachable : IServer
    {
        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }
}
