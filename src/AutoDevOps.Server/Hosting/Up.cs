using System.Globalization;
using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Security;
using Npgsql;

namespace AutoDevOps.Server.Hosting;

/// <summary>The verb <c>up</c>: everything in one process, for one person.</summary>
internal static class Up
{
    private const int DefaultPort = 5080;

    // A process that has died is known to be gone sooner.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <param name="Analyse">Whether the folders are analysed at once.</param>
    public sealed record Settings(IReadOnlyList<string> Paths, int? Port, string Data, bool Analyse);

    public static async Task<int> RunAsync(Settings settings, TextWriter output, CancellationToken cancellationToken)
    {
        var folders = Check(settings.Paths, settings.Data);
        var port = PortOf(settings.Port);
        Ports.RequireFree(port);
        var data = DataDirectory.Open(settings.Data);

        await output.WriteLineAsync($"{Product.Name} {Product.Version}: starting the database …");
        await using var database = await LocalDatabase.OpenAsync(data, cancellationToken);
        if (database.Notice is { } notice)
        {
            await output.WriteLineAsync($"  {notice}");
        }

        await using var app = ServerHost.Build(Role(database, data, port, workers: true));
        await StartAsync(app, port, cancellationToken);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, app.Lifetime.ApplicationStopping);
        var lost = database.LostAsync(stopping.Token);
        var watch = StopWhenLostAsync(lost, app.Lifetime);
        try
        {
            var user = await app.Services.GetRequiredService<SignInLinks>().EnsureLocalUserAsync(Login(), stopping.Token);
            await PrintSummaryAsync(app.Services, user, port, data, output, stopping.Token);
            var tour = ActivatorUtilities.CreateInstance<FirstTour>(app.Services, user, output);
            await tour.RunAsync(folders, settings.Analyse, stopping.Token);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            if (await lost is null)
            {
                await output.WriteLineAsync("Stopping: running jobs are brought to an end, then the database is shut down …");
            }
        }
        catch (NpgsqlException) when (!cancellationToken.IsCancellationRequested)
        {
            // The first to notice may be whoever just asked the database something, a moment before it is known to be gone.
            if (await Task.WhenAny(lost, Task.Delay(Patience, TimeProvider.System, cancellationToken)) != lost)
            {
                throw;
            }
        }
        finally
        {
            await app.StopAsync(CancellationToken.None);
        }

        await watch;
        return await lost is { } why
            ? throw new StartException($"The database ended by itself. {why.TrimEnd('.')}. Mend that and start again: whatever was committed is kept.")
            : Guard.Fine;
    }

    /// <summary>Without its database the program is of no use: it stops, instead of failing over and over.</summary>
    private static async Task StopWhenLostAsync(Task<string?> lost, IHostApplicationLifetime lifetime)
    {
        if (await lost is not null)
        {
            lifetime.StopApplication();
        }
    }

    /// <summary>Prints another sign-in link, beside a running <c>up</c> or without one.</summary>
    public static async Task<int> PrintLinkAsync(string directory, int? port, TextWriter output, CancellationToken cancellationToken)
    {
        var data = DataDirectory.Open(directory);
        await using var database = await LocalDatabase.OpenAsync(data, cancellationToken);
        await using var app = ServerHost.Build(Role(database, data, PortOf(port), workers: false));
        var links = app.Services.GetRequiredService<SignInLinks>();
        var user = await links.EnsureLocalUserAsync(Login(), cancellationToken);
        await output.WriteLineAsync((await LinkAsync(app.Services, user, cancellationToken)).ToString());
        return Guard.Fine;
    }

    /// <summary>Refuses at once what could only fail later.</summary>
    private static List<string> Check(IReadOnlyList<string> paths, string data)
    {
        List<string> folders = [];
        foreach (var path in paths)
        {
            if (path.StartsWith('-'))
            {
                throw new StartException($"There is no option {path}. Try: {Product.Program} up --help");
            }

            if (path.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            {
                throw new StartException($"{path} is an address, and only folders are given here. Start without it, and connect it in the browser.");
            }

            var (location, error) = RepositoryLocation.Folder(path);
            if (location is null)
            {
                throw new StartException(error!);
            }

            var relative = Path.GetRelativePath(location, RealPath.Of(data));
            if (relative == "." || (!Path.IsPathRooted(relative) && relative.Split('/', '\\')[0] != ".."))
            {
                throw new StartException($"The data directory {Path.GetFullPath(data)} lies in {location}, which is to be analysed. Choose another with --data DIR.");
            }

            if (!folders.Contains(location))
            {
                folders.Add(location);
            }
        }

        return folders;
    }

    private static ServerRole Role(LocalDatabase database, DataDirectory data, int port, bool workers) => new(
        database.ConnectionString, data, Pages: true, Workers: workers, IsLocal: true,
        Defaults: new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            [$"{OptionsCatalog.Root}:Http:PublicAddress"] = $"http://localhost:{port}",
            [$"{OptionsCatalog.Root}:Http:MetricsPort"] = "0",
            [$"{OptionsCatalog.Root}:Repositories:AllowLocalFolders"] = "true",
        },
        Settings: new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            [$"{OptionsCatalog.Root}:Http:Port"] = port.ToString(CultureInfo.InvariantCulture),
        });

    private static async Task StartAsync(WebApplication app, int port, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException exception) when (exception.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            throw new StartException($"Port {port} is in use, perhaps by another {Product.Program}. Choose another with --port PORT.");
        }
    }

    private static async Task PrintSummaryAsync(
        IServiceProvider services, CurrentUser user, int port, DataDirectory data, TextWriter output, CancellationToken cancellationToken)
    {
        var lifetime = services.GetRequiredService<Microsoft.Extensions.Options.IOptions<Security.SessionOptions>>().Value.LinkLifetime;
        await output.WriteLineAsync($"""

              Listening   http://localhost:{port}
              Data        {data.Path}
              Sign in     {await LinkAsync(services, user, cancellationToken)}
                          works once, for {lifetime.TotalMinutes:0} minutes; another:
                          {Invocation.Link(data.Path, port)}
              Stop        Ctrl-C

            """);
    }

    private static async Task<Uri> LinkAsync(IServiceProvider services, CurrentUser user, CancellationToken cancellationToken)
    {
        var token = await services.GetRequiredService<SignInLinks>().CreateAsync(user.Id, cancellationToken);
        return new Uri(services.GetRequiredService<Microsoft.Extensions.Options.IOptions<HttpOptions>>().Value.PublicAddress, $"/auth/link/{token}");
    }

    /// <summary>The port of an installation for one person, unless the command line names another.</summary>
    /// <exception cref="StartException">The configuration names one that is none.</exception>
    internal static int PortOf(int? port)
    {
        if (port is not null || Configuration.Read()[$"{OptionsCatalog.Root}:Http:Port"] is not { Length: > 0 } text)
        {
            return port ?? DefaultPort;
        }

        return Ports.Read(text) ?? throw new StartException($"{OptionsCatalog.Root}:Http:Port ({text}) is no port: give a number from 1 to 65535.");
    }

    private static string Login() => Environment.UserName is { Length: > 0 } name ? name : "local";
}
