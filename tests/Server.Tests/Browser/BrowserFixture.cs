using AutoDevOps.Server.Tests.Support;
using Microsoft.Playwright;

namespace AutoDevOps.Server.Tests.Browser;

/// <summary>All browser tests share one browser and one installation, and take turns.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserTests : ICollectionFixture<BrowserFixture>
{
    public const string Name = "browser";
}

/// <summary>A seeded installation with a browser before it, for all browser tests.</summary>
public sealed class BrowserFixture(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly string[] Arguments =
        ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private readonly TestDatabase _database = new(postgres);
    private readonly SemaphoreSlim _starting = new(1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private RunningServer? _server;

    internal SeededFleet Fleet { get; private set; } = null!;

    internal RunningServer Server => _server!;

    internal TestDatabase Database => _database;

    internal Guid User { get; private set; }

    internal static string Screenshots { get; } = Path.Combine(RepositoryRoot(), "artifacts", "screenshots");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>A page of a browser that is signed in and reports what goes wrong in it. The first call starts everything: a run
    /// without browser tests needs no browser.</summary>
    internal async Task<WatchedPage> OpenAsync(bool signedIn)
    {
        await StartAsync();
        var context = await NewContextAsync(Server.Address, scripts: true);
        if (signedIn)
        {
            var cookie = (await Server.SignInAsync(User)).Split('=', 2);
            await context.AddCookiesAsync([new Cookie { Name = cookie[0], Value = cookie[1], Url = Server.Address.ToString() }]);
        }

        return await WatchedPage.OpenAsync(context);
    }

    /// <summary>A page of a stranger's browser before another server.</summary>
    internal async Task<WatchedPage> OpenAsync(Uri server, bool scripts)
    {
        await StartAsync();
        return await WatchedPage.OpenAsync(await NewContextAsync(server, scripts));
    }

    private async Task<IBrowserContext> NewContextAsync(Uri server, bool scripts)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = server.ToString(),
            ViewportSize = new ViewportSize { Width = 1280, Height = 900 },
            ColorScheme = ColorScheme.Light,
            JavaScriptEnabled = scripts,
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(15_000);
        return context;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
            await _database.DisposeAsync();
        }
    }

    private async Task StartAsync()
    {
        await _starting.WaitAsync();
        try
        {
            if (_server is not null)
            {
                return;
            }

            _playwright = await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Executable(), Args = Arguments });
            await _database.InitializeAsync();
            var (user, organization) = await _database.AddTenantAsync();
            User = user;
            Fleet = await SeededFleet.PlantAsync(_database, organization, user);
            Directory.CreateDirectory(Screenshots);
            await _database.ExecuteAsync(
                """
                INSERT INTO github_tokens (id, user_id, envelope) VALUES (gen_random_uuid(), @user, '\x00');
                INSERT INTO github_memberships (user_id, github_id, login, role)
                VALUES (@user, 501, 'shop', 'admin'), (@user, 502, 'an-organization-with-a-rather-long-name-on-github', 'member');
                """,
                new { user });
            _server = await RunningServer.StartAsync(_database, workers: false, ("GitHub:ClientId", "Iv1.none"), ("GitHub:ClientSecret", "none"));
        }
        finally
        {
            _starting.Release();
        }
    }

    private static string Executable() =>
        Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } given ? given : "/usr/bin/chromium";

    private static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "AutoDevOps.slnx")))
        {
            folder = Path.GetDirectoryName(folder.TrimEnd(Path.DirectorySeparatorChar)) ?? throw new DirectoryNotFoundException("The tests do not run inside the repository.");
        }

        return folder;
    }
}
