using AutoDevOps.Server.Tests.Support;
using AutoDevOps.Server.Tests.Support.GitHub;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AutoDevOps.Server.Tests.Browser;

/// <summary>Signing in with GitHub, adding an organization from there, ending another session, and signing out.</summary>
[Collection(BrowserTests.Name)]
public sealed class GitHubSignInPathTests(BrowserFixture browser, PostgresFixture postgres) : IAsyncLifetime
{
    private readonly TestDatabase _database = new(postgres);
    private GitHubDouble _github = null!;
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        _github = await GitHubDouble.StartAsync();
        _github.AddPerson("ada");
        _github.Organizations.Add(new GitHubDouble.GitHubOrganization(501, "shop") { Members = { ["ada"] = "admin" } });
        _github.Organizations.Add(new GitHubDouble.GitHubOrganization(502, "club") { Members = { ["ada"] = "member" } });
        _server = await RunningServer.StartAsync(_database, workers: false, _github.Settings);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _github.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task From_a_page_through_GitHub_to_the_settings_and_out(bool scripts)
    {
        await using var watched = await browser.OpenAsync(_server.Address, scripts);
        var page = watched.Page;

        await page.GotoAsync("/jobs");
        await LookAsync(page, scripts, "sign-in");
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in with GitHub" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "You did not allow it" })).ToBeVisibleAsync();
        await LookAsync(page, scripts, "denied");
        watched.Expect("403");

        _github.AtTheBrowser = "ada";
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in with GitHub again" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Uri(_server.Address, "/jobs").ToString());

        await page.GetByRole(AriaRole.Link, new() { Name = "Settings" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "Organizations" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add shop" }).ClickAsync();
        await Expect(page.GetByText("membership on GitHub")).ToBeVisibleAsync();
        await Expect(page.GetByText("an owner there can add it")).ToBeVisibleAsync();
        await LookAsync(page, scripts, "organizations");

        await using (var phone = await browser.OpenAsync(_server.Address, scripts))
        {
            await phone.Page.GotoAsync("/sign-in?return_to=/settings/sessions");
            await phone.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with GitHub" }).ClickAsync();
            await Expect(phone.Page.GetByRole(AriaRole.Heading, new() { Name = "2 sessions" })).ToBeVisibleAsync();
            await LookAsync(phone.Page, scripts, "sessions");
            await page.GetByRole(AriaRole.Link, new() { Name = "Sessions" }).ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "End all others" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "1 session" })).ToBeVisibleAsync();
            await phone.Page.ReloadAsync();
            Assert.Contains("/sign-in", phone.Page.Url, StringComparison.Ordinal);
            phone.AssertNoTrouble();
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Sign in with GitHub" })).ToBeVisibleAsync();
        watched.AssertNoTrouble();
    }

    private static async Task LookAsync(IPage page, bool scripts, string name)
    {
        await page.ScreenshotAsync(new() { Path = Path.Combine(BrowserFixture.Screenshots, $"github-{name}-{scripts}.png"), FullPage = true });
        if (scripts)
        {
            Assert.Empty(await Axe.ViolationsAsync(page));
        }
    }
}
