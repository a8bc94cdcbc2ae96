using AutoDevOps.Server.Tests.Support;
using AutoDevOps.Server.Tests.Support.GitHub;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AutoDevOps.Server.Tests.Browser;

/// <summary>What a team comes for, in one go: sign in with GitHub, connect, read findings, have a pull request opened, push, and see what changed.</summary>
[Collection(BrowserTests.Name)]
public sealed class GitHubStoryTests(BrowserFixture browser, PostgresFixture postgres) : IAsyncLifetime
{
    private const string HookSecret = "the secret of the App's hook";

    private readonly TestDatabase _database = new(postgres);
    private GitHubDouble _github = null!;
    private RunningServer _server = null!;
    private GitHubRepository _shop = null!;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        _github = await GitHubDouble.StartAsync();
        _github.AddPerson("ada");
        _github.AtTheBrowser = "ada";
        _shop = _github.AddRepository("ada", "shop", isPrivate: true);
        using var folder = new SampleFolder();
        _shop.Push("main", [.. Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories)
            .Select(file => (Path.GetRelativePath(folder.Path, file), (byte[]?)File.ReadAllBytes(file)))]);
        _server = await RunningServer.StartAsync(_database, workers: true, [.. _github.Settings, ("GitHub:WebhookSecret", HookSecret)]);
        _github.Carrier = new HttpClient();
        _github.AddHook(null, new Uri(_server.Address, "/webhooks/github").ToString(), HookSecret);
    }

    public async ValueTask DisposeAsync()
    {
        _github.Carrier?.Dispose();
        await _server.DisposeAsync();
        await _github.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task From_signing_in_to_a_pull_request_and_an_analysis_of_what_was_pushed()
    {
        await using var watched = await browser.OpenAsync(_server.Address, scripts: true);
        var page = watched.Page;

        await page.GotoAsync("/repositories/github");
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in with GitHub" }).ClickAsync();
        await page.GetByLabel("ada/shop").CheckAsync();
        await LookAsync(page, "picker");
        await page.GetByRole(AriaRole.Button, new() { Name = "Connect selected" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("shop");

        await page.Locator("#analysis-list").GetByRole(AriaRole.Link, new() { Name = "Full" }).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Findings" })).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Expect(page.GetByText("template-injection").First).ToBeVisibleAsync();
        await LookAsync(page, "analysis");

        await page.GetByRole(AriaRole.Link, new() { Name = "shop" }).First.ClickAsync();
        await LookAsync(page, "repository");
        await page.GetByRole(AriaRole.Button, new() { Name = "Generate pipeline" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Checks" })).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await page.GetByRole(AriaRole.Button, new() { Name = "Open a pull request" }).First.ClickAsync();
        await UntilAsync(page, page.GetByRole(AriaRole.Link, new() { Name = "Pull request 1" }));
        await LookAsync(page, "pipeline");
        var pull = Assert.Single(_github.Pulls);
        Assert.Equal(("ada/shop", "main", "open"), (pull.Repository, pull.Base, pull.State));
        Assert.Contains(".github/workflows/", string.Join(' ', _shop.Resolve(pull.Head[(pull.Head.IndexOf(':', StringComparison.Ordinal) + 1)..])!.Files.Keys), StringComparison.Ordinal);

        await UntilAsync(() => Task.FromResult(_github.Statuses.ToArray().Length > 0));
        _github.Requests.Clear();
        var pushed = _shop.Push("main", (SampleFolder.Workflow, "on: push\npermissions: {}\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: node --test\n"));
        var sent = Assert.Single(await _github.SendAsync(null, "push", new
        {
            @ref = "refs/heads/main",
            before = new string('1', 40),
            after = pushed,
            deleted = false,
            repository = new { id = _shop.Id, full_name = _shop.FullName, default_branch = "main" },
        }));
        Assert.Equal(202, sent.Status);

        await UntilAsync(() => _database.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM analyses WHERE commit_sha = @pushed AND finished_at IS NOT NULL AND failure IS NULL)", new { pushed }));
        Assert.Single(_github.Requests, request => request.Path.Contains("git/blobs", StringComparison.Ordinal) && request.Method == "GET");
        Assert.DoesNotContain(_github.Requests, request => request.Path.Contains("tarball", StringComparison.Ordinal));
        await page.GotoAsync("/repositories");
        await page.GetByRole(AriaRole.Link, new() { Name = "shop" }).First.ClickAsync();
        await page.Locator("#analysis-list").GetByRole(AriaRole.Link, new() { Name = "Full" }).First.ClickAsync();
        await Expect(page.GetByText(pushed[..7]).First).ToBeVisibleAsync();
        await Expect(page.GetByText("template-injection")).ToHaveCountAsync(0);
        await LookAsync(page, "after-push");
        await page.GotoAsync("/settings/webhooks");
        await Expect(page.GetByText("push").First).ToBeVisibleAsync();
        await LookAsync(page, "deliveries");
        watched.AssertNoTrouble();
    }

    private static Task<byte[]> LookAsync(IPage page, string name) =>
        page.ScreenshotAsync(new() { Path = Path.Combine(BrowserFixture.Screenshots, $"github-story-{name}.png"), FullPage = true });

    // The page of a pipeline says what stands when it is loaded.
    private static async Task UntilAsync(IPage page, ILocator shown)
    {
        while (!await shown.First.IsVisibleAsync())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await page.ReloadAsync();
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        while (!await isSo())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
