using System.Net;
using System.Text;
using System.Text.Json;
using AutoDevOps.Server.Features.Webhooks;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Security;
using AutoDevOps.Server.Tests.Support;
using AutoDevOps.Server.Tests.Support.GitHub;
using Microsoft.Extensions.DependencyInjection;

namespace AutoDevOps.Server.Tests.Webhooks;

/// <summary>What is taken in, what is refused, and with which words; and that what is taken in is there once.</summary>
public sealed class ReceiveDeliveryTests(WebhookWorld world) : IClassFixture<WebhookWorld>
{
    private static readonly byte[] Nothing = "{}"u8.ToArray();

    [Fact]
    public async Task A_delivery_is_stored_whole_before_the_answer_with_a_job_for_who_connected_the_repository()
    {
        var tool = await world.ConnectAsync();
        var (guid, body) = (Guid.NewGuid().ToString(), JsonSerializer.SerializeToUtf8Bytes(tool.Push()));
        using var answer = await world.SendAsync(tool.Webhook, tool.Hook.Secret, "push", body, guid);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("accepted", (await answer.JsonAsync()).GetProperty("status").GetString());
        Assert.Equal(body, await world.Database.ScalarAsync<byte[]>("SELECT payload FROM webhook_deliveries WHERE delivery_id = @guid AND event = 'push' AND webhook_id = @Webhook", new { guid, tool.Webhook }));
        Assert.Equal(1, await JobsAsync(guid));
    }

    [Fact]
    public async Task A_ping_is_answered_with_200()
    {
        var tool = await world.ConnectAsync();
        using var answer = await world.SendAsync(tool.Webhook, tool.Hook.Secret, "ping", JsonSerializer.SerializeToUtf8Bytes(new { zen = "z", hook_id = 1, repository = tool.Described }));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("pong", (await answer.JsonAsync()).GetProperty("status").GetString());
        using var ofTheApp = await world.DeliverAsync("ping", new { zen = "z", hook_id = 1 });
        Assert.Equal(HttpStatusCode.OK, ofTheApp.StatusCode);
    }

    [Fact]
    public async Task A_thousand_copies_of_one_delivery_have_one_effect()
    {
        var tool = await world.ConnectAsync();
        var (guid, body) = (Guid.NewGuid().ToString(), JsonSerializer.SerializeToUtf8Bytes(tool.Push()));
        var statuses = new System.Collections.Concurrent.ConcurrentBag<string>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 1000), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (_, _) =>
        {
            using var answer = await world.SendAsync(tool.Webhook, tool.Hook.Secret, "push", body, guid);
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
            statuses.Add((await answer.JsonAsync()).GetProperty("status").GetString()!);
        });
        Assert.Equal(1, statuses.Count(status => status == "accepted"));
        Assert.Equal(999, statuses.Count(status => status == "duplicate"));
        Assert.Equal(1, await JobsAsync(guid));
        await world.RunAsync();
        Assert.Equal(1, await world.Database.ScalarAsync<long>("SELECT count(*) FROM analyses WHERE repository_id = @Repository", tool));
    }

    [Fact]
    public async Task What_arrives_together_is_stored_together_each_with_its_own_job()
    {
        var tool = await world.ConnectAsync();
        var body = JsonSerializer.SerializeToUtf8Bytes(tool.Push());
        var guids = Enumerable.Range(0, 100).Select(_ => Guid.NewGuid().ToString()).ToArray();

        await Task.WhenAll(guids.Select(async guid =>
        {
            using var answer = await world.SendAsync(tool.Webhook, tool.Hook.Secret, "push", body, guid);
            Assert.Equal("accepted", (await answer.JsonAsync()).GetProperty("status").GetString());
        }));

        Assert.Equal(100, await world.Database.ScalarAsync<long>("SELECT count(DISTINCT job_id) FROM webhook_receipts WHERE guid = ANY (@guids)", new { guids }));
        Assert.InRange(await world.Database.ScalarAsync<long>("SELECT count(DISTINCT xmin::text) FROM webhook_deliveries WHERE delivery_id = ANY (@guids)", new { guids }), 2, 99);
    }

    [Fact]
    public async Task Every_organization_that_connected_the_repository_hears_of_it_and_nobody_else()
    {
        var repository = world.GitHub.AddRepository("octo", $"shared{world.NextId()}");
        var (first, second, third) = (await world.ConnectAsync(repository: repository), await world.ConnectAsync(repository: repository), await world.ConnectAsync(repository: repository));
        var (left, stranger) = (await world.ConnectAsync(repository: repository), await world.ConnectAsync());
        await world.Database.ExecuteAsync("UPDATE repositories SET disconnected_at = now() WHERE id = @Repository", left);
        var guid = Guid.NewGuid().ToString();
        using var answer = await world.SendAsync(second.Webhook, second.Hook.Secret, "push", JsonSerializer.SerializeToUtf8Bytes(second.Push()), guid);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal(3, await JobsAsync(guid));
        await world.RunAsync();
        foreach (var (connected, count) in new[] { (first, 1), (second, 1), (third, 1), (left, 0), (stranger, 0) })
        {
            Assert.Equal(count, await world.Database.ScalarAsync<long>("SELECT count(*) FROM analyses WHERE organization_id = @Organization", connected));
            Assert.Equal(count, await world.Database.ScalarAsync<long>("SELECT count(*) FROM webhook_receipts WHERE organization_id = @Organization", connected));
        }
    }

    [Fact]
    public async Task What_concerns_nobody_is_kept_by_its_id_alone_and_makes_no_job()
    {
        var guid = Guid.NewGuid().ToString();
        using var answer = await world.DeliverAsync("security_advisory", new { action = "published" }, guid);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal(1, await world.Database.ScalarAsync<long>(
            "SELECT count(*) FROM webhook_deliveries WHERE delivery_id = @guid AND action = 'published' AND length(payload) = 0", new { guid }));
        Assert.Equal(0, await JobsAsync(guid));
    }

    [Fact]
    public async Task A_secret_that_cannot_be_opened_is_none_and_told_once_and_no_error_of_ours()
    {
        var tool = await world.ConnectAsync();
        await world.Database.ExecuteAsync("UPDATE repository_webhooks SET secret = decode(repeat('01', 80), 'hex') WHERE id = @Webhook", tool);
        for (var time = 0; time < 2; time++)
        {
            using var answer = await world.SendAsync(tool.Webhook, tool.Hook.Secret, "push", JsonSerializer.SerializeToUtf8Bytes(tool.Push()));
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }

        Assert.Single(world.Server.Logs.Warnings, line => line.Contains($"{tool.Webhook} cannot be opened", StringComparison.Ordinal));
    }

    [Fact]
    public async Task While_a_hook_gets_a_new_secret_deliveries_signed_with_either_are_taken()
    {
        var tool = await world.ConnectAsync();
        await world.Database.ExecuteAsync(
            "UPDATE repository_webhooks SET next_secret = @secret WHERE id = @Webhook",
            new { tool.Webhook, secret = world.Server.Services.GetRequiredService<Sealer>().Seal("the next one", WebhookSecrets.Purpose, tool.Webhook) });
        foreach (var secret in (string[])[tool.Hook.Secret, "the next one", tool.Hook.Secret])
        {
            using var answer = await world.SendAsync(tool.Webhook, secret, "push", JsonSerializer.SerializeToUtf8Bytes(tool.Push()));
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("disconnected_at = now()")]
    [InlineData("installation_id = 1")]
    public async Task A_hook_that_is_not_wanted_any_more_and_could_not_be_removed_is_refused(string change)
    {
        var tool = await world.ConnectAsync();
        await world.Database.ExecuteAsync($"UPDATE repositories SET {change} WHERE id = @Repository; UPDATE repository_webhooks SET state = 'failed' WHERE id = @Webhook", tool);
        using var answer = await world.SendAsync(tool.Webhook, tool.Hook.Secret, "push", JsonSerializer.SerializeToUtf8Bytes(tool.Push()));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Who_takes_back_what_they_allowed_on_GitHub_has_no_token_here_any_more()
    {
        var (gone, other) = (await world.ConnectAsync(), await world.ConnectAsync());
        var github = world.NextId();
        await world.GiveTokenAsync(gone);
        await world.GiveTokenAsync(other);
        await world.Database.ExecuteAsync("UPDATE users SET github_id = @github WHERE id = @User", new { github, gone.User });
        var payload = new { action = "revoked", sender = new { id = github, login = "gone" } };

        // A hook's secret is known to who made the hook, and says nothing of other people.
        using var foreign = await world.SendAsync(other.Webhook, other.Hook.Secret, "github_app_authorization", JsonSerializer.SerializeToUtf8Bytes(new { payload.action, payload.sender, repository = other.Described }));
        Assert.Equal(0, await RevokedAsync());
        using var answer = await world.DeliverAsync("github_app_authorization", payload);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal(1, await RevokedAsync());
        Assert.Equal(gone.User, await world.Database.ScalarAsync<Guid>("SELECT user_id FROM github_tokens WHERE revoked_at IS NOT NULL AND user_id IN (@first, @second)", new { first = gone.User, second = other.User }));

        Task<long> RevokedAsync() => world.Database.ScalarAsync<long>(
            "SELECT count(*) FROM github_tokens WHERE revoked_at IS NOT NULL AND user_id IN (@first, @second)", new { first = gone.User, second = other.User });
    }

    [Theory]
    [InlineData("none")]
    [InlineData("of another secret")]
    [InlineData("of another body")]
    [InlineData("with sha1 only")]
    [InlineData("malformed")]
    [InlineData("twice")]
    public async Task What_is_not_signed_right_is_refused_and_leaves_nothing(string signature)
    {
        var tool = await world.ConnectAsync();
        var guid = Guid.NewGuid().ToString();
        var right = tool.Hook.Secret;
        using var answer = await world.SendAsync(
            tool.Webhook, signature switch { "none" => null, "of another secret" => "another", _ => right }, "push", Nothing, guid,
            change: request =>
            {
                if (signature == "of another body")
                {
                    request.Content = new StringContent("{ }", Encoding.UTF8, "application/json");
                }
                else if (signature is "with sha1 only" or "malformed" or "twice")
                {
                    request.Headers.Remove(WebhookSignature.Header);
                    request.Headers.Add(WebhookSignature.Header, signature switch
                    {
                        "malformed" => ["sha256=zz"],
                        "twice" => [WebhookSignature.Write(right, Nothing), WebhookSignature.Write(right, Nothing)],
                        _ => (string[])[],
                    });
                }
            });
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("not signed", await answer.ProblemAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await world.Database.ScalarAsync<long>("SELECT count(*) FROM webhook_deliveries WHERE delivery_id = @guid", new { guid }));
    }

    [Fact]
    public async Task A_hook_that_there_is_none_of_is_answered_as_one_whose_secret_is_another()
    {
        var (tool, other) = (await world.ConnectAsync(), await world.ConnectAsync());
        var body = JsonSerializer.SerializeToUtf8Bytes(tool.Push());
        using var unknown = await world.SendAsync(Guid.CreateVersion7(), tool.Hook.Secret, "push", body);
        using var foreign = await world.SendAsync(tool.Webhook, other.Hook.Secret, "push", body);
        await world.Database.ExecuteAsync("UPDATE repository_webhooks SET state = 'removing' WHERE id = @Webhook", other);
        using var removed = await world.SendAsync(other.Webhook, other.Hook.Secret, "push", JsonSerializer.SerializeToUtf8Bytes(other.Push()));
        foreach (var answer in (HttpResponseMessage[])[unknown, foreign, removed])
        {
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Equal(await unknown.ProblemAsync(), await answer.ProblemAsync());
        }
    }

    [Fact]
    public async Task A_new_secret_counts_at_once_though_the_old_one_is_remembered()
    {
        var tool = await world.ConnectAsync();
        using var before = await world.SendAsync(tool.Webhook, tool.Hook.Secret, "push", JsonSerializer.SerializeToUtf8Bytes(tool.Push()));
        Assert.Equal(HttpStatusCode.Accepted, before.StatusCode);
        await world.Database.ExecuteAsync(
            "UPDATE repository_webhooks SET secret = @secret WHERE id = @Webhook",
            new { tool.Webhook, secret = world.Server.Services.GetRequiredService<Sealer>().Seal("another one", WebhookSecrets.Purpose, tool.Webhook) });
        using var after = await world.SendAsync(tool.Webhook, "another one", "push", JsonSerializer.SerializeToUtf8Bytes(tool.Push()));
        Assert.Equal(HttpStatusCode.Accepted, after.StatusCode);
        using var old = await world.SendAsync(tool.Webhook, tool.Hook.Secret, "push", JsonSerializer.SerializeToUtf8Bytes(tool.Push()));
        Assert.Equal(HttpStatusCode.Unauthorized, old.StatusCode);
    }

    [Fact]
    public async Task A_hook_speaks_of_its_own_repository_only()
    {
        var (tool, other) = (await world.ConnectAsync(), await world.ConnectAsync());
        var guid = Guid.NewGuid().ToString();
        foreach (var payload in (object[])[other.Push(), new { action = "member_removed" }, new { repository = new { id = $"{tool.GitHub.Id}" } }])
        {
            using var answer = await world.SendAsync(tool.Webhook, tool.Hook.Secret, "push", JsonSerializer.SerializeToUtf8Bytes(payload), guid);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            Assert.Contains("another repository", await answer.ProblemAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(0, await world.Database.ScalarAsync<long>("SELECT count(*) FROM webhook_deliveries WHERE delivery_id = @guid", new { guid }));
        Assert.Contains(world.Server.Logs.Lines, line => line.Contains(guid, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_form_with_the_field_payload_is_the_same_as_json()
    {
        var tool = await world.ConnectAsync();
        var (guid, json) = (Guid.NewGuid().ToString(), JsonSerializer.Serialize(tool.Push(), JsonSerializerOptions.Web));
        var form = Encoding.UTF8.GetBytes($"payload={Uri.EscapeDataString(json)}");
        using var answer = await world.SendAsync(tool.Webhook, tool.Hook.Secret, "push", form, guid, "application/x-www-form-urlencoded");
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal(Encoding.UTF8.GetBytes(json), await world.Database.ScalarAsync<byte[]>("SELECT payload FROM webhook_deliveries WHERE delivery_id = @guid", new { guid }));
    }

    [Theory]
    [InlineData("application/json", "{", 400)]
    [InlineData("application/json", "", 400)]
    [InlineData("application/json", "[]", 400)]
    [InlineData("application/json", "null", 400)]
    [InlineData("application/json", """{ "action": "a", "action": "b" }""", 400)]
    [InlineData("application/json", """{ "x": { "b": 1, "b": 1 } }""", 400)]
    [InlineData("application/json", """{ "x": 1, }""", 400)]
    [InlineData("application/json; charset=utf-8", "{} {}", 400)]
    [InlineData("application/x-www-form-urlencoded", "payload=%7B", 400)]
    [InlineData("application/x-www-form-urlencoded", "payload=%7B%7D&payload=%7B%7D", 400)]
    [InlineData("application/x-www-form-urlencoded", "other=%7B%7D", 400)]
    [InlineData("text/plain", "{}", 415)]
    [InlineData("application/xml", "{}", 415)]
    public async Task What_is_signed_and_cannot_be_read_is_refused_with_the_reason(string type, string body, int status)
    {
        using var answer = await world.SendAsync(null, WebhookWorld.AppSecret, "push", Encoding.UTF8.GetBytes(body), contentType: type);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.NotEmpty(await answer.ProblemAsync());
        using var unsigned = await world.SendAsync(null, "another", "push", Encoding.UTF8.GetBytes(body), contentType: type);
        Assert.Equal(HttpStatusCode.Unauthorized, unsigned.StatusCode);
    }

    [Fact]
    public async Task Json_that_is_too_deep_or_no_utf8_is_refused()
    {
        foreach (var body in (byte[][])[Encoding.ASCII.GetBytes("{\"a\":" + new string('[', 100) + new string(']', 100) + "}"), [.. "{\"a\":\""u8, 0xC3, 0x28, .. "\"}"u8]])
        {
            using var answer = await world.SendAsync(null, WebhookWorld.AppSecret, "push", body);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("X-GitHub-Event", null)]
    [InlineData("X-GitHub-Event", "Push")]
    [InlineData("X-GitHub-Event", "push<script>")]
    [InlineData("X-GitHub-Delivery", null)]
    [InlineData("X-GitHub-Delivery", "a b")]
    [InlineData("X-GitHub-Delivery", "../x")]
    public async Task Headers_that_GitHub_does_not_write_so_are_refused(string header, string? value)
    {
        using var answer = await world.SendAsync(null, WebhookWorld.AppSecret, "push", Nothing, change: request =>
        {
            request.Headers.Remove(header);
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(header, value);
            }
        });
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Twenty_five_mebibytes_are_taken_in_and_more_is_refused_unread()
    {
        var largest = new byte[DeliveryBody.MaxBytes];
        largest.AsSpan().Fill((byte)' ');
        "{}"u8.CopyTo(largest);
        using var taken = await world.SendAsync(null, WebhookWorld.AppSecret, "push", largest);
        Assert.Equal(HttpStatusCode.Accepted, taken.StatusCode);
        using var tooLarge = await world.SendAsync(null, WebhookWorld.AppSecret, "push", new byte[26 * 1024 * 1024]);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, tooLarge.StatusCode);
        // Without a length, it is read up to the limit.
        using var unannounced = await world.SendAsync(null, WebhookWorld.AppSecret, "push", Nothing, change: request =>
        {
            request.Headers.TransferEncodingChunked = true;
            request.Content = new StreamContent(new NonSeekable(new byte[DeliveryBody.MaxBytes + 1]));
        });
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, unannounced.StatusCode);
    }

    [Fact]
    public async Task A_body_that_does_not_come_is_not_waited_for()
    {
        using var stalled = new StalledStream();
        var sending = world.SendAsync(null, WebhookWorld.AppSecret, "push", Nothing, change: request => request.Content = new StreamContent(stalled));
        await stalled.IsRead;
        while (!sending.IsCompleted)
        {
            // The program may not have begun to count yet.
            world.Server.Clock.Advance(DeliveryBody.Patience);
            await Task.Yield();
        }

        using var answer = await sending;
        Assert.Equal(HttpStatusCode.RequestTimeout, answer.StatusCode);
    }

    [Fact]
    public async Task Only_what_fails_is_counted_and_what_is_signed_right_is_never_refused()
    {
        await using var server = await TestServerHost.StartAsync(world.Database, [.. world.GitHub.Settings, ("GitHub:WebhookSecret", WebhookWorld.AppSecret), ("RateLimits:Webhooks", "3")]);
        using var sender = server.Stranger(saysWhereFrom: false);
        for (var time = 0; time < 5; time++)
        {
            Assert.Equal(time < 3 ? HttpStatusCode.Unauthorized : HttpStatusCode.TooManyRequests, await SendAsync("another"));
            Assert.Equal(HttpStatusCode.Accepted, await SendAsync(WebhookWorld.AppSecret));
        }

        server.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync("another"));

        async Task<HttpStatusCode> SendAsync(string secret)
        {
            using var request = GitHubDouble.Signed(new Uri("/webhooks/github", UriKind.Relative), secret, "push", Guid.NewGuid().ToString(), Nothing);
            using var answer = await sender.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(answer.StatusCode == HttpStatusCode.TooManyRequests, answer.Headers.RetryAfter is not null);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Without_a_secret_of_the_App_its_deliveries_are_refused()
    {
        await using var server = await TestServerHost.StartAsync(world.Database);
        using var sender = server.Stranger(saysWhereFrom: false);
        using var request = GitHubDouble.Signed(new Uri("/webhooks/github", UriKind.Relative), "", "push", Guid.NewGuid().ToString(), Nothing);
        using var answer = await sender.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task On_a_real_port_too_the_limit_is_its_own_and_not_that_of_other_requests()
    {
        await using var server = await RunningServer.StartAsync(world.Database);
        using var client = new HttpClient { BaseAddress = server.Address };
        async Task<HttpStatusCode> SendAsync(int bytes)
        {
            using var request = GitHubDouble.Signed(new Uri("/webhooks/github", UriKind.Relative), "any", "push", Guid.NewGuid().ToString(), new byte[bytes]);
            request.Headers.ExpectContinue = true;
            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            return answer.StatusCode;
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(2 * 1024 * 1024));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await SendAsync(26 * 1024 * 1024));
    }

    private Task<long> JobsAsync(string guid) => world.Database.ScalarAsync<long>(
        """
        SELECT count(*) FROM webhook_receipts AS receipt JOIN jobs ON jobs.organization_id = receipt.organization_id AND jobs.id = receipt.job_id
        WHERE receipt.guid = @guid AND jobs.kind = 'process_delivery' AND jobs.args = jsonb_build_object('delivery_id', receipt.id)
        """,
        new { guid });

    private sealed class NonSeekable(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;
    }

    private sealed class StalledStream : Stream
    {
        private readonly TaskCompletionSource _isRead = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CancellationTokenSource _end = new();
        private bool _isDisposed;

        public Task IsRead => _isRead.Task;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _isRead.TrySetResult();
            using var either = CancellationTokenSource.CreateLinkedTokenSource(_end.Token, cancellationToken);
            await Task.Delay(Timeout.Infinite, either.Token);
            return 0;
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            // The content of a request disposes of it as well.
            if (disposing && !_isDisposed)
            {
                _isDisposed = true;
                _end.Cancel();
                _end.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
