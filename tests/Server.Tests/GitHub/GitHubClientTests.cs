using System.Text;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoDevOps.Server.Tests.GitHub;

/// <summary>What GitHub may answer, and what becomes of it.</summary>
public sealed class GitHubClientTests
{
    private static readonly GitHubToken Ada = new("user:ada", "gho_ada");
    private static readonly GitHubToken Grace = new("user:grace", "gho_grace");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_has_not_changed_comes_from_memory_but_never_for_another_token()
    {
        await using var stage = await HttpStage.StartAsync(async context =>
        {
            context.Response.Headers.ETag = "\"v1\"";
            if (context.Request.Headers.IfNoneMatch == "\"v1\"")
            {
                context.Response.StatusCode = 304;
                return;
            }

            await context.Response.WriteAsync("""{"name": "shop"}""");
        });
        var client = stage.Client();

        var first = await client.GetAsync<Named>(Ada, "repos/ada/shop", Stop);
        var second = await client.GetAsync<Named>(Ada, "repos/ada/shop", Stop);
        await client.GetAsync<Named>(Grace, "repos/ada/shop", Stop);

        Assert.Equal((first, "shop"), (second, first.Name));
        Assert.Equal(["", "\"v1\"", ""], stage.Asked.Select(question => question.Headers.GetValueOrDefault("If-None-Match", "")));
    }

    [Fact]
    public async Task A_request_says_who_asks_in_which_version_and_with_whose_token()
    {
        await using var stage = await HttpStage.StartAsync(context => context.Response.WriteAsync("{}"));
        var client = stage.Client();

        await client.SendAsync(Ada, HttpMethod.Post, "repos/a/b/hooks", new { ContentType = "json" }, Stop);

        var headers = stage.Asked.Single().Headers;
        Assert.Equal(("Bearer gho_ada", "2022-11-28", "application/vnd.github+json"), (headers["Authorization"], headers["X-GitHub-Api-Version"], headers["Accept"]));
        Assert.StartsWith("AutoDevOps/", headers["User-Agent"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_are_read_as_long_as_they_are_asked_for_and_links_to_elsewhere_are_not_followed()
    {
        HttpStage? stage = null;
        await using var started = stage = await HttpStage.StartAsync(async context =>
        {
            var page = int.Parse(context.Request.Query["page"].FirstOrDefault() ?? "1", System.Globalization.CultureInfo.InvariantCulture);
            var next = page < 3 ? $"{stage!.Address}/list?page={page + 1}" : "http://127.0.0.2:1/list?page=4";
            context.Response.Headers.Link = $"<{next}>; rel=\"next\", <{stage!.Address}/list?page=9>; rel=\"last\"";
            await context.Response.WriteAsync($$"""{"total_count": 6, "items": [{"name": "a{{page}}"}, {"name": "b{{page}}"}]}""");
        });
        var client = stage.Client();

        List<string> names = [];
        await foreach (var item in client.ListAsync<Named>(Ada, "list?sort=x", "items", Stop))
        {
            names.Add(item.Name);
        }

        Assert.Equal(["a1", "b1", "a2", "b2", "a3", "b3"], names);
        Assert.Equal("/list?sort=x&per_page=100", stage.Asked.First().Path);
        await foreach (var item in client.ListAsync<Named>(Ada, "list", "items", Stop))
        {
            break;
        }

        Assert.Equal(4, stage.Asked.Count);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_rename_is_followed_with_the_same_method_and_body(int status)
    {
        await using var stage = await HttpStage.StartAsync(async context =>
        {
            if (context.Request.Path == "/repos/ada/old/hooks")
            {
                (context.Response.StatusCode, context.Response.Headers.Location) = (status, "/repositories/7/hooks");
                return;
            }

            using var reader = new StreamReader(context.Request.Body);
            await context.Response.WriteAsync($$"""{"name": "{{context.Request.Method}} {{(await reader.ReadToEndAsync()).Length > 0}}"}""");
        });
        var client = stage.Client();

        var answer = await client.SendAsync<Named>(Ada, HttpMethod.Post, "repos/ada/old/hooks", new { a = 1 }, Stop);

        Assert.Equal("POST True", answer.Name);
        Assert.All(stage.Asked, question => Assert.Equal("Bearer gho_ada", question.Headers["Authorization"]));
    }

    [Fact]
    public async Task A_redirect_to_another_host_gets_no_token_and_a_foreign_one_no_request()
    {
        await using var foreign = await HttpStage.StartAsync(context => context.Response.WriteAsync("stolen"));
        await using var archives = await HttpStage.StartAsync(context => context.Response.WriteAsync("archive"));
        await using var api = await HttpStage.StartAsync(context =>
        {
            (context.Response.StatusCode, context.Response.Headers.Location) = (302, (context.Request.Path == "/tarball" ? archives.Address : foreign.Address) + "/codeload?token=x");
            return Task.CompletedTask;
        });
        var client = api.Client(web: archives.Address);

        var read = await client.DownloadAsync(Ada, "tarball", "application/x-gzip", ReadAsync, Stop);
        var refused = await Assert.ThrowsAsync<GitHubException>(() => client.DownloadAsync(Ada, "elsewhere", "application/x-gzip", ReadAsync, Stop));
        var written = await Assert.ThrowsAsync<GitHubException>(() => client.SendAsync(Ada, HttpMethod.Post, "tarball", new { a = 1 }, Stop));

        Assert.Equal("archive", read);
        Assert.False(archives.Asked.Single().Headers.ContainsKey("Authorization"));
        Assert.Empty(foreign.Asked);
        Assert.Equal((GitHubFailure.Malformed, GitHubFailure.Malformed), (refused.Failure, written.Failure));
    }

    [Fact]
    public async Task Redirects_without_end_are_given_up()
    {
        await using var stage = await HttpStage.StartAsync(context =>
        {
            (context.Response.StatusCode, context.Response.Headers.Location) = (302, "/again");
            return Task.CompletedTask;
        });
        var client = stage.Client();

        await Assert.ThrowsAsync<GitHubException>(() => client.GetAsync<Named>(Ada, "again", Stop));

        Assert.Equal(6, stage.Asked.Count);
    }

    [Theory]
    [InlineData(401, GitHubFailure.Unauthorized, true)]
    [InlineData(403, GitHubFailure.Forbidden, true)]
    [InlineData(404, GitHubFailure.NotFound, true)]
    [InlineData(410, GitHubFailure.NotFound, true)]
    [InlineData(409, GitHubFailure.Conflict, false)]
    [InlineData(422, GitHubFailure.Rejected, true)]
    [InlineData(451, GitHubFailure.Blocked, true)]
    [InlineData(500, GitHubFailure.Unavailable, false)]
    [InlineData(502, GitHubFailure.Unavailable, false)]
    [InlineData(503, GitHubFailure.Unavailable, false)]
    [InlineData(202, GitHubFailure.Unavailable, false)]
    public async Task A_refusal_says_what_it_is_and_whether_to_try_again(int status, GitHubFailure failure, bool isFinal)
    {
        await using var stage = await HttpStage.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync("""{"message": "As it is", "errors": [{"message": "deeper"}]}""");
        });
        var client = stage.Client();

        var exception = await Assert.ThrowsAsync<GitHubException>(() => client.GetAsync<Named>(Ada, "x", Stop));

        Assert.Equal((failure, isFinal), (exception.Failure, exception.IsFinal));
        Assert.DoesNotContain("gho_", exception.Message, StringComparison.Ordinal);
        Assert.Single(stage.Asked);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null and void")]
    [InlineData("""{"other": 1}""")]
    [InlineData("""{"name": null}""")]
    [InlineData("""{"name": 7}""")]
    public async Task What_is_not_as_documented_is_malformed(string body)
    {
        await using var stage = await HttpStage.StartAsync(context => context.Response.WriteAsync(body));
        var client = stage.Client();

        Assert.Equal(GitHubFailure.Malformed, (await Assert.ThrowsAsync<GitHubException>(() => client.GetAsync<Named>(Ada, "x", Stop))).Failure);
    }

    [Fact]
    public async Task A_list_that_is_longer_than_what_is_read_is_told_to_be()
    {
        HttpStage? stage = null;
        await using var opened = stage = await HttpStage.StartAsync(context =>
        {
            context.Response.Headers.Link = $"<{stage!.Address}/list>; rel=\"next\"";
            return context.Response.WriteAsync("[]");
        });
        using var logs = new RecordedLogs();
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(logs));
        var client = stage.Client(logger: factory.CreateLogger<GitHubClient>());

        await foreach (var item in client.ListAsync<Named>(Ada, "list", null, Stop))
        {
            Assert.Fail(item.Name);
        }

        Assert.Equal(100, stage.Asked.Count);
        Assert.Contains("list has more than 100 pages", Assert.Single(logs.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_that_is_none_is_malformed()
    {
        await using var stage = await HttpStage.StartAsync(context => context.Response.WriteAsync("""{"total_count": 1}"""));
        var client = stage.Client();

        await Assert.ThrowsAsync<GitHubException>(async () => await client.ListAsync<Named>(Ada, "x", "items", Stop).FirstAsync(Stop));
        await Assert.ThrowsAsync<GitHubException>(async () => await client.ListAsync<Named>(Ada, "x", null, Stop).FirstAsync(Stop));
    }

    [Fact]
    public async Task An_answer_without_end_is_given_up_at_its_limit()
    {
        await using var stage = await HttpStage.StartAsync(async context =>
        {
            var block = Encoding.ASCII.GetBytes(new string(' ', 1 << 20));
            for (var sent = 0; sent <= GitHubTransport.MaxBodyBytes; sent += block.Length)
            {
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
            }

            // There is no more, and no end either.
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        var client = stage.Client();

        Assert.Equal(GitHubFailure.TooLarge, (await Assert.ThrowsAsync<GitHubException>(() => client.GetAsync<Named>(Ada, "x", Stop))).Failure);
    }

    [Fact]
    public async Task No_answer_within_half_a_minute_and_no_server_at_all_are_unavailable()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var stage = await HttpStage.StartAsync(async context =>
        {
            arrived.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        var client = stage.Client();

        var asking = client.GetAsync<Named>(Ada, "x", Stop);
        await arrived.Task.WaitAsync(Stop);
        stage.Clock.Advance(TimeSpan.FromSeconds(31));
        var late = await Assert.ThrowsAsync<GitHubException>(() => asking);
        var options = Microsoft.Extensions.Options.Options.Create(new GitHubOptions { ApiAddress = new Uri("http://127.0.0.1:1") });
        using var nowhere = new GitHubTransport(options, new GitHubLimits(stage.Clock), stage.Clock);
        var gone = await Assert.ThrowsAsync<GitHubException>(() => new GitHubClient(nowhere, new GitHubAnswers(), options, NullLogger<GitHubClient>.Instance).GetAsync<Named>(Ada, "x", Stop));

        Assert.Equal((GitHubFailure.Unavailable, GitHubFailure.Unavailable), (late.Failure, gone.Failure));
    }

    [Fact]
    public async Task Broken_off_in_the_middle_it_is_unavailable()
    {
        await using var stage = await HttpStage.StartAsync(async context =>
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("{");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        var client = stage.Client();

        Assert.Equal(GitHubFailure.Unavailable, (await Assert.ThrowsAsync<GitHubException>(() => client.GetAsync<Named>(Ada, "x", Stop))).Failure);
    }

    [Fact]
    public async Task After_a_refusal_for_its_rate_nothing_is_sent_before_GitHub_allows_it_and_other_tokens_go_on()
    {
        await using var stage = await HttpStage.StartAsync(async context =>
        {
            if (context.Request.Headers.Authorization == "Bearer gho_ada")
            {
                (context.Response.StatusCode, context.Response.Headers.RetryAfter) = (429, "60");
                return;
            }

            await context.Response.WriteAsync("""{"name": "x"}""");
        });
        var client = stage.Client();

        var refusal = await Assert.ThrowsAsync<GitHubException>(() => client.GetAsync<Named>(Ada, "x", Stop));
        stage.Clock.Advance(TimeSpan.FromSeconds(59));
        await Assert.ThrowsAsync<GitHubException>(() => client.GetAsync<Named>(Ada, "y", Stop));
        await client.GetAsync<Named>(Grace, "x", Stop);
        Assert.Equal(2, stage.Asked.Count);
        stage.Clock.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<GitHubException>(() => client.GetAsync<Named>(Ada, "y", Stop));

        Assert.Equal(GitHubFailure.RateLimited, refusal.Failure);
        Assert.Equal(3, stage.Asked.Count);
    }

    [Fact]
    public async Task The_last_request_of_a_window_is_the_last_until_the_next_window()
    {
        HttpStage? stage = null;
        await using var started = stage = await HttpStage.StartAsync(async context =>
        {
            context.Response.Headers["x-ratelimit-remaining"] = "0";
            context.Response.Headers["x-ratelimit-reset"] = $"{DateTimeOffset.UtcNow.AddMinutes(10).ToUnixTimeSeconds()}";
            await context.Response.WriteAsync("""{"name": "x"}""");
        });
        var client = stage.Client();

        await client.GetAsync<Named>(Ada, "x", Stop);
        var refusal = await Assert.ThrowsAsync<GitHubException>(() => client.GetAsync<Named>(Ada, "x", Stop));

        Assert.Single(stage.Asked);
        Assert.InRange((refusal.RetryAt!.Value - stage.Clock.GetUtcNow()).TotalMinutes, 9.5, 10.5);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/api/v3")]
    [InlineData("/api/v3/")]
    public async Task Below_the_address_of_an_Enterprise_Server_the_paths_are_the_same(string below)
    {
        await using var stage = await HttpStage.StartAsync(context => context.Response.WriteAsync("""{"name": "x"}"""));
        var client = stage.Client(below);

        await client.GetAsync<Named>(Ada, GitHubPath.Of($"repos/{"a"}/{"b?c#d"}"), Stop);

        Assert.Equal($"{below.TrimEnd('/')}/repos/a/b%3Fc%23d", stage.Asked.Single().Path);
    }

    private static async Task<string> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(body);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    private sealed record Named(string Name);
}
