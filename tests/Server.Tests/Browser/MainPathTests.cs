using AutoDevOps.Server.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AutoDevOps.Server.Tests.Browser;

/// <summary>What a person comes for, from the link in the terminal to a downloaded pipeline, with workers that really work.</summary>
[Collection(BrowserTests.Name)]
public sealed class MainPathTests(BrowserFixture browser, PostgresFixture postgres) : IAsyncLifetime
{
    private readonly TestDatabase _database = new(postgres);
    private readonly SampleFolder _folder = new();
    private RunningServer _server = null!;
    private Guid _user;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        (_user, _) = await _database.AddTenantAsync();
        _server = await RunningServer.StartAsync(_database, workers: true);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task From_the_link_in_the_terminal_to_a_downloaded_pipeline(bool scripts)
    {
        await using var watched = await browser.OpenAsync(_server.Address, scripts: scripts);
        var page = watched.Page;

        await page.GotoAsync(await _server.LinkAsync(_user));
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Three steps to a pipeline that runs" })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Connect a repository" }).ClickAsync();
        await page.GetByLabel("A folder of this machine, or an https address").FillAsync(_folder.Path);
        await page.GetByRole(AriaRole.Button, new() { Name = "Connect", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(Path.GetFileName(_folder.Path));

        await page.Locator("#analysis-list").GetByRole(AriaRole.Link, new() { Name = "Full" }).ClickAsync();
        await UntilAsync(page, scripts, page.GetByRole(AriaRole.Heading, new() { Name = "Findings" }));
        var finding = page.Locator("details.finding").First;
        await finding.Locator("summary").ClickAsync();
        await Expect(finding.GetByText("Remedy")).ToBeVisibleAsync();
        await page.ScreenshotAsync(new() { Path = Path.Combine(BrowserFixture.Screenshots, $"main-path-analysis-{scripts}.png"), FullPage = true });

        await finding.GetByRole(AriaRole.Link, new() { Name = "Permalink" }).ClickAsync();
        await page.GetByLabel("Why, for whoever comes after you").FillAsync("It is meant to be so.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Suppress" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Suppressed" })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = Path.GetFileName(_folder.Path) }).First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Generate pipeline" }).ClickAsync();
        await UntilAsync(page, scripts, page.GetByRole(AriaRole.Heading, new() { Name = "Checks" }));
        await Expect(page.GetByText("proven", new() { Exact = true }).First).ToBeVisibleAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download" }).ClickAsync());
        Assert.Contains("persist-credentials: false", await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await page.ScreenshotAsync(new() { Path = Path.Combine(BrowserFixture.Screenshots, $"main-path-pipeline-{scripts}.png"), FullPage = true });

        await page.GetByRole(AriaRole.Link, new() { Name = "Jobs" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Generate pipeline" }).ClickAsync();
        await Expect(page.GetByText("processing → completed")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.GotoAsync(new Uri(_server.Address, "/jobs").ToString());
        Assert.Contains("/sign-in", page.Url, StringComparison.Ordinal);
        watched.AssertNoTrouble();
    }

    // With scripts the page comes by itself to what it waits for; without them a person loads it again.
    private static async Task UntilAsync(IPage page, bool scripts, ILocator result)
    {
        while (!scripts && !await result.IsVisibleAsync())
        {
            await page.ReloadAsync();
        }

        await Expect(result).ToBeVisibleAsync(new() { Timeout = 20_000 });
    }
}
