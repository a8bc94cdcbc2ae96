using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Analyses;
using AutoDevOps.Server.Features.Webhooks;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Tests.Support;
using AutoDevOps.Server.Tests.Support.GitHub;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace AutoDevOps.Server.Tests.GitHub;

/// <summary>Whatever is asked of GitHub is described in GitHub's own OpenAPI document: address, query, headers and body. What the double answers
/// is, too, as far as it says anything.</summary>
public sealed class GitHubDescriptionTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string HookSecret = "the secret of the App's hook";

    /// <summary>What one organization asks for between signing in and being told of an analysis.</summary>
    private static readonly string[] Story =
    [
        "DELETE /repos/{owner}/{repo}/hooks/{hook_id}", "GET /app/hook/deliveries", "GET /repos/{owner}/{repo}", "GET /repos/{owner}/{repo}/branches",
        "GET /repos/{owner}/{repo}/commits/{ref}", "GET /repos/{owner}/{repo}/commits/{ref}/check-runs", "GET /repos/{owner}/{repo}/commits/{ref}/statuses",
        "GET /repos/{owner}/{repo}/git/blobs/{file_sha}", "GET /repos/{owner}/{repo}/git/commits/{commit_sha}", "GET /repos/{owner}/{repo}/git/ref/{ref}",
        "GET /repos/{owner}/{repo}/git/trees/{tree_sha}", "GET /repos/{owner}/{repo}/hooks", "GET /repos/{owner}/{repo}/hooks/{hook_id}/deliveries",
        "GET /repos/{owner}/{repo}/installation", "GET /repos/{owner}/{repo}/pulls", "GET /repos/{owner}/{repo}/tarball/{ref}", "GET /user", "GET /user/installations",
        "GET /user/installations/{installation_id}/repositories", "GET /user/memberships/orgs", "GET /user/repos", "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}",
        "PATCH /repos/{owner}/{repo}/git/refs/{ref}", "PATCH /repos/{owner}/{repo}/hooks/{hook_id}", "PATCH /repos/{owner}/{repo}/pulls/{pull_number}",
        "POST /app/hook/deliveries/{delivery_id}/attempts", "POST /app/installations/{installation_id}/access_tokens", "POST /repos/{owner}/{repo}/check-runs",
        "POST /repos/{owner}/{repo}/code-scanning/sarifs", "POST /repos/{owner}/{repo}/git/blobs", "POST /repos/{owner}/{repo}/git/commits", "POST /repos/{owner}/{repo}/git/refs",
        "POST /repos/{owner}/{repo}/git/trees", "POST /repos/{owner}/{repo}/hooks", "POST /repos/{owner}/{repo}/hooks/{hook_id}/deliveries/{delivery_id}/attempts",
        "POST /repos/{owner}/{repo}/pulls", "POST /repos/{owner}/{repo}/statuses/{sha}",
    ];

    private readonly TestDatabase _database = new(postgres);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("autodevops-tests-");
    private GitHubDouble _github = null!;
    private GitHubRepository _shop = null!;
    private RunningServer _server = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        GitHubDescription.SkipUnlessInstalled();
        await _database.InitializeAsync();
        _github = await GitHubDouble.StartAsync();
        _github.AddPerson("ada");
        _github.AtTheBrowser = "ada";
        // What was delivered just now is not asked for again.
        _github.Clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddMinutes(-5));
        _shop = _github.AddRepository("ada", "shop", isPrivate: true);
        using var sample = new SampleFolder();
        _shop.Push("main", [
            .. Directory.EnumerateFiles(sample.Path, "*", SearchOption.AllDirectories).Select(file => (Path.GetRelativePath(sample.Path, file), (byte[]?)File.ReadAllBytes(file))),
            .. Enumerable.Range(0, 70).Select(number => ($"docs/{number}.md", (byte[]?)[(byte)number])),
        ]);
        var key = Path.Combine(_folder.FullName, "app.pem");
        await File.WriteAllTextAsync(key, AppKey.Pem);
        _server = await RunningServer.StartAsync(
            _database, workers: true,
            [.. _github.Settings, ("GitHub:AppId", $"{GitHubDouble.AppId}"), ("GitHub:AppSlug", "double"), ("GitHub:AppPrivateKeyFile", key), ("GitHub:WebhookSecret", HookSecret)]);
        _github.Carrier = new HttpClient();
        _github.AddHook(null, new Uri(_server.Address, "/webhooks/github").ToString(), HookSecret);
        _github.Record = new();
        // Goes where it is led, as a browser does, and keeps what it is given.
        _client = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer() }) { BaseAddress = _server.Address };
        _client.DefaultRequestHeaders.Add("Origin", _server.Address.GetLeftPart(UriPartial.Authority));
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        _github?.Carrier?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
            await _github!.DisposeAsync();
            await _database.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task All_that_is_asked_for_between_signing_in_and_a_pull_request_keeps_to_it()
    {
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync("/auth/github?return_to=/repositories")).StatusCode);
        await _client.GetStringAsync("/api/v1/github/repositories");
        var repository = (await SendAsync(HttpMethod.Post, "/api/v1/github/repositories", new { repositories = new[] { "ada/shop" } })).GetProperty("results")[0].GetProperty("repository_id").GetGuid();
        await ProposeAsync(repository);
        Assert.Equal("active", await _database.ScalarAsync<string>("SELECT state || coalesce(': ' || failure, '') FROM repository_webhooks"));
        await PushAsync(repository);
        await ProposeAsync(repository);
        await SendAsync(HttpMethod.Post, $"/api/v1/repositories/{repository}/webhook", new { });
        await IdleAsync();
        await MissAsync();
        await InstallAsync(repository);

        var (complaints, asked) = await GitHubDescription.CheckAsync(_github.Record!);

        Assert.True(complaints.Count == 0, string.Join('\n', complaints));
        Assert.Equal([], Story.Except(asked));
    }

    [Theory]
    [InlineData("PUT", "repos/ada/shop/hooks/1", """{"active": true}""", "is not described")]
    [InlineData("GET", "repos/ada/shop/pulls?state=everything", null, "query state=everything")]
    [InlineData("GET", "repos/ada/shop/pulls?heads=ada:x", null, "query heads=ada:x: is not described")]
    [InlineData("GET", "repos/ada/shop/hooks/first/deliveries", null, "path hook_id=first")]
    [InlineData("POST", "repos/ada/shop/git/refs", """{"ref": "refs/heads/x"}""", "must have required property 'sha'")]
    [InlineData("POST", "repos/ada/shop/git/refs", """{"ref": "refs/heads/x", "sha": 1}""", "/sha must be string")]
    [InlineData("PATCH", "repos/ada/shop/git/refs/heads/x", """{"sha": "1", "forced": true}""", "forced")]
    [InlineData("POST", "repos/ada/shop/git/refs", null, "the body is missing")]
    [InlineData("POST", "repos/ada/shop/check-runs", """{"name": "x", "head_sha": "1", "conclusion": "great"}""", "/conclusion must be equal to one of the allowed values")]
    public async Task A_request_that_is_wrong_is_told(string method, string path, string? body, string expected)
    {
        var token = new GitHubToken("test", _github.TokenOf(_github.People[0]));
        using var given = body is null ? null : JsonDocument.Parse(body);
        await Xunit.Record.ExceptionAsync(() => _server.Services.GetRequiredService<GitHubClient>().SendAsync(token, new HttpMethod(method), path, given?.RootElement, TestContext.Current.CancellationToken));

        var (complaints, _) = await GitHubDescription.CheckAsync(_github.Record!);

        Assert.True(complaints.Any(complaint => complaint.Contains(expected, StringComparison.Ordinal)), string.Join('\n', complaints));
    }

    // A pipeline and a fix, each as a pull request; the second time, what is there is brought up to date.
    private async Task ProposeAsync(Guid repository)
    {
        await IdleAsync();
        var pipeline = (await SendAsync(HttpMethod.Post, "/api/v1/pipelines", new { repository_id = repository, platform = "github" })).GetProperty("pipeline_id").GetGuid();
        await IdleAsync();
        await SendAsync(HttpMethod.Post, $"/api/v1/pipelines/{pipeline}/pull-request", new { });
        var finding = await _database.ScalarAsync<Guid>("SELECT id FROM findings WHERE rule_name = 'template-injection' AND state IN ('new', 'existing') ORDER BY id DESC LIMIT 1");
        await SendAsync(HttpMethod.Post, $"/api/v1/findings/{finding}/pull-request", new { });
        await IdleAsync();
    }

    private async Task PushAsync(Guid repository)
    {
        var pushed = _shop.Push("main", ("notes.md", "new\n"));
        Assert.Equal(202, Assert.Single(await _github.SendAsync(_shop, "push", Push(pushed))).Status);
        await IdleAsync();
        Assert.Equal("An analysis of the branch main was started.", await _database.ScalarAsync<string>("SELECT outcome FROM webhook_receipts WHERE event = 'push'"));
        Assert.True(await _database.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM analyses WHERE repository_id = @repository AND commit_sha = @pushed AND failure IS NULL)", new { repository, pushed }));
    }

    // Deliveries that find nobody, by the repository's hook and by the App's.
    private async Task MissAsync()
    {
        // Late enough not to have been looked for when the server started, and early enough not to be on its way.
        _github.Clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddSeconds(-61));
        var carrier = _github.Carrier;
        _github.Carrier = null;
        await _github.SendAsync(_shop, "push", Push(_shop.Branches["main"]));
        await _github.SendAsync(null, "push", Push(_shop.Branches["main"]));
        _github.Carrier = carrier;
        var reconciler = _server.Services.GetRequiredService<DeliveryReconciler>();
        await reconciler.TickAsync(TimeSpan.Zero, TestContext.Current.CancellationToken);
        Assert.Equal(1, await reconciler.ReconcileAppAsync(TestContext.Current.CancellationToken));
        await IdleAsync();
    }

    // The App takes the place of the hook, and tells of analyses by checks and code scanning.
    private async Task InstallAsync(Guid repository)
    {
        var installation = _github.Install("ada", _shop);
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = _server.Address };
        browser.DefaultRequestHeaders.Add("Cookie", await _server.SignInAsync(await _database.ScalarAsync<Guid>("SELECT id FROM users WHERE login = 'ada'")));
        using var begun = await browser.GetAsync("/github/install");
        var state = QueryHelpers.ParseQuery(begun.Headers.Location!.Query)["state"].ToString();
        using var installed = await browser.GetAsync($"/github/installed?installation_id={installation.Id}&setup_action=install&state={Uri.EscapeDataString(state)}");
        Assert.Equal(HttpStatusCode.SeeOther, installed.StatusCode);
        await SendAsync(HttpMethod.Patch, $"/api/v1/repositories/{repository}/settings", new { upload_sarif = true });
        await IdleAsync();
        var analysis = (await SendAsync(HttpMethod.Post, "/api/v1/analysis", new { repository_id = repository })).GetProperty("analysis_id").GetGuid();
        await IdleAsync();
        await _server.Services.GetRequiredService<Db>().InTransactionAsync(
            Caller.User(await _database.ScalarAsync<Guid>("SELECT id FROM users WHERE login = 'ada'")),
            async connection => await _server.Services.GetRequiredService<JobQueue>().EnqueueAsync(
                connection, await _database.ScalarAsync<Guid>("SELECT organization_id FROM repositories"), new PublishResults.Args(analysis)),
            TestContext.Current.CancellationToken);
        // Connected once more, it is looked for among what the App reaches.
        await SendAsync(HttpMethod.Post, "/api/v1/github/repositories", new { repositories = new[] { "ada/shop" } });
        await IdleAsync();
    }

    private object Push(string after) => new
    {
        @ref = "refs/heads/main",
        before = new string('1', 40),
        after,
        deleted = false,
        repository = new { id = _shop.Id, full_name = _shop.FullName, default_branch = "main" },
    };

    private async Task<JsonElement> SendAsync(HttpMethod method, string address, object body)
    {
        using var request = new HttpRequestMessage(method, address) { Content = JsonContent.Create(body) };
        using var answer = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {address}: {await answer.Content.ReadAsStringAsync()}");
        return await answer.JsonAsync();
    }

    /// <summary>Until nothing is left to do; what failed is told.</summary>
    private async Task IdleAsync()
    {
        while (await _database.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM jobs WHERE state NOT IN ('completed', 'cancelled', 'dead_letter'))"))
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        Assert.Equal("", await _database.ScalarAsync<string>("SELECT coalesce(string_agg(kind || ': ' || coalesce(error, ''), '; '), '') FROM jobs WHERE state = 'dead_letter'"));
    }
}
