using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace AutoDevOps.Server.Tests.Browser;

/// <summary>Every page, light and dark, wide and narrow: nothing inaccessible, nothing in the console, nothing wider than the window.</summary>
[Collection(BrowserTests.Name)]
public sealed class EveryPageTests(BrowserFixture browser)
{
    public static TheoryData<string, string, int> Matrix()
    {
        var data = new TheoryData<string, string, int>();
        // Each page in both themes and both widths; the densest in every combination.
        foreach (var name in Names)
        {
            data.Add(name, "light", 1280);
            data.Add(name, "dark", 360);
            if (name is "overview" or "repository" or "analysis" or "pipeline" or "finding")
            {
                data.Add(name, "light", 360);
                data.Add(name, "dark", 1280);
            }
        }

        return data;
    }

    private static readonly string[] Names =
    [
        "sign-in", "overview", "repositories", "repositories-select", "repositories-github", "settings-github", "repository", "repository-hostile", "analysis", "analysis-running", "analysis-failed", "analysis-hostile", "finding",
        "finding-suppressed", "pipeline", "pipeline-running", "policy", "policy-refused", "jobs", "job-running", "job-dead", "organizations", "sessions", "github-start-again", "deliveries", "not-found",
    ];

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Is_accessible_quiet_and_fits(string name, string scheme, int width)
    {
        await using var watched = await browser.OpenAsync(width, scheme, signedIn: name != "sign-in");
        var page = watched.Page;
        await page.GotoAsync(Address(name));
        if (name.StartsWith("finding-hostile", StringComparison.Ordinal) || name is "analysis" or "analysis-hostile")
        {
            foreach (var summary in await page.Locator(".finding > summary").AllAsync())
            {
                await summary.ClickAsync();
            }
        }

        if (name == "policy-refused")
        {
            await page.GetByLabel("Policy, in the words of .autodevops.yml").FillAsync("action: [actions/*]\nrequire: tests\n");
            await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("2 mistakes");
            watched.Expect("400");
        }

        await page.EvaluateAsync("document.fonts.ready");
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(BrowserFixture.Screenshots, $"{name}-{scheme}-{width}.png"), FullPage = true });
        var axe = await page.RunAxe();
        Assert.Empty(axe.Violations.Select(violation => $"{violation.Id}: {violation.Help}: {string.Join(" | ", violation.Nodes.Take(3).Select(node => node.Html))}"));
        Assert.True(
            await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"),
            "The page is wider than the window.");
        Assert.StartsWith("en", await page.GetAttributeAsync("html", "lang"));
        Assert.EndsWith(" · AutoDevOps", await page.TitleAsync());
        Assert.Equal(1, await page.Locator("h1").CountAsync());
        if (name == "not-found")
        {
            watched.Expect("404");
        }

        if (name == "github-start-again")
        {
            watched.Expect("400");
        }

        watched.AssertNoTrouble();
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
            "analysis-hostile" or "finding-hostile-open" => $"/analyses/{fleet!.HostileAnalysis}",
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
