using Microsoft.Playwright;

namespace AutoDevOps.Server.Tests.Browser;

/// <summary>Every page, light and dark, wide and narrow: nothing inaccessible, nothing in the console, nothing wider than the window.</summary>
[Collection(BrowserTests.Name)]
public sealed class EveryPageTests(BrowserFixture browser)
{
    // Each in both themes and both widths; the densest in every combination.
    private static readonly (string Scheme, int Width)[] Pairs = [("light", 1280), ("dark", 360)];
    private static readonly (string Scheme, int Width)[] Densest = [.. Pairs, ("light", 360), ("dark", 1280)];

    public static TheoryData<string> Names() =>
    [
        "sign-in", "overview", "repositories", "repositories-select", "repositories-github", "settings-github", "repository", "repository-hostile", "analysis", "analysis-running", "analysis-failed", "analysis-hostile", "finding",
        "finding-suppressed", "pipeline", "pipeline-running", "policy", "policy-refused", "jobs", "job-running", "job-dead", "organizations", "sessions", "github-start-again", "deliveries", "not-found",
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Is_accessible_quiet_and_fits(string name)
    {
        await using var watched = await browser.OpenAsync(signedIn: name != "sign-in");
        var page = watched.Page;
        await page.GotoAsync(Address(name));
        await PrepareAsync(name, watched);
        Assert.StartsWith("en", await page.GetAttributeAsync("html", "lang"));
        Assert.EndsWith(" · AutoDevOps", await page.TitleAsync());
        Assert.Equal(1, await page.Locator("h1").CountAsync());
        foreach (var (scheme, width) in name is "overview" or "repository" or "analysis" or "pipeline" or "finding" ? Densest : Pairs)
        {
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme == "dark" ? ColorScheme.Dark : ColorScheme.Light });
            await page.SetViewportSizeAsync(width, 900);
            await page.EvaluateAsync("document.fonts.ready");
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(BrowserFixture.Screenshots, $"{name}-{scheme}-{width}.png"), FullPage = true });
            var isWider = await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth");
            Assert.Equal($"{scheme} {width}: fits", $"{scheme} {width}: {(isWider ? "wider than the window" : "fits")}");
            Assert.Empty((await Axe.ViolationsAsync(page)).Select(violation => $"{scheme} {width}: {violation}"));
        }

        watched.AssertNoTrouble();
    }

    [Fact]
    public async Task What_is_inaccessible_is_found()
    {
        await using var watched = await browser.OpenAsync(signedIn: false);
        await watched.Page.SetContentAsync("<html lang=en><title>A picture</title><main><h1>A picture</h1><img src='data:,'></main></html>");
        Assert.StartsWith("image-alt: ", Assert.Single(await Axe.ViolationsAsync(watched.Page)), StringComparison.Ordinal);
    }

    private static async Task PrepareAsync(string name, WatchedPage watched)
    {
        var page = watched.Page;
        switch (name)
        {
            case "analysis" or "analysis-hostile":
                foreach (var summary in await page.Locator(".finding > summary").AllAsync())
                {
                    await summary.ClickAsync();
                }

                break;
            case "policy-refused":
                await page.GetByLabel("Policy, in the words of .autodevops.yml").FillAsync("action: [actions/*]\nrequire: tests\n");
                await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
                await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("2 mistakes");
                watched.Expect("400");
                break;
            case "not-found":
                watched.Expect("404");
                break;
            case "github-start-again":
                watched.Expect("400");
                break;
        }
    }

    private string Address(string name)
    {
        var fleet = name == "sign-in" ? null : browser.Fleet;
        return name switch
        {
            "sign-in" => "/sign-in",
            "overview" => "/",
            "repositories" => "/repositories",
            "repositories-select" => "/repositories?select=true",
            "repositories-github" => "/repositories/github",
            "settings-github" => "/settings/github",
            "repository" => $"/repositories/{fleet!.Repository}",
            "repository-hostile" => $"/repositories/{fleet!.Hostile}",
            "analysis" => $"/analyses/{fleet!.Analysis}",
            "analysis-running" => $"/analyses/{fleet!.RunningAnalysis}",
            "analysis-failed" => $"/analyses/{fleet!.FailedAnalysis}",
            "analysis-hostile" => $"/analyses/{fleet!.HostileAnalysis}",
            "finding" => $"/findings/{fleet!.Finding}",
            "finding-suppressed" => $"/findings/{fleet!.SuppressedFinding}",
            "pipeline" => $"/pipelines/{fleet!.Pipeline}",
            "pipeline-running" => $"/pipelines/{fleet!.RunningPipeline}",
            "policy" or "policy-refused" => "/policy",
            "jobs" => "/jobs",
            "organizations" => "/settings/organizations",
            "sessions" => "/settings/sessions",
            "github-start-again" => "/auth/github/callback",
            "deliveries" => "/settings/webhooks",
            "job-running" => $"/jobs/{fleet!.RunningJob}",
            "job-dead" => $"/jobs/{fleet!.DeadJob}",
            _ => "/no/such/page",
        };
    }
}
