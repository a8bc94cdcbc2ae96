using System.Net;
using System.Text.Json;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Tests.Support;

namespace AutoDevOps.Server.Tests.Webhooks;

/// <summary>The deliveries as people see them, and the button that processes one again.</summary>
public sealed class DeliveryEndpointTests(WebhookWorld world) : IClassFixture<WebhookWorld>
{
    [Fact]
    public async Task Deliveries_are_listed_with_what_was_done_the_newest_first_page_by_page()
    {
        var tool = await world.ConnectAsync();
        var other = await world.ConnectAsync(organization: tool.Organization);
        await world.ProcessAsync(tool, "push", tool.Push());
        await world.ProcessAsync(other, "repository", new { action = "archived", repository = other.Described });
        await world.ProcessAsync(tool, "brand_new", new { action = "made_up", repository = tool.Described });
        using var owner = await world.Server.SignInAsync(tool.User);
        var address = $"/api/v1/organizations/{tool.Organization}/deliveries";
        var first = await (await owner.GetAsync($"{address}?limit=2")).JsonAsync();
        Assert.Equal(["brand_new", "repository"], first.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("event").GetString()));
        var second = await (await owner.GetAsync($"{address}?limit=2&after={first.GetProperty("next").GetString()}")).JsonAsync();
        var push = second.GetProperty("items").EnumerateArray().Single();
        Assert.Equal("An analysis of the branch main was started.", push.GetProperty("outcome").GetString());
        Assert.Equal("completed", push.GetProperty("job_state").GetString());
        Assert.Equal(tool.Repository, push.GetProperty("repository_id").GetGuid());
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next").ValueKind);
        var filtered = await (await owner.GetAsync($"{address}?repository_id={other.Repository}")).JsonAsync();
        Assert.Equal("archived", filtered.GetProperty("items").EnumerateArray().Single().GetProperty("action").GetString());

        var page = await Html(owner, "/settings/webhooks");
        Assert.Contains("Brand new: made up", page, StringComparison.Ordinal);
        Assert.Contains("An analysis of the branch main was started.", page, StringComparison.Ordinal);
        var narrowed = await Html(owner, $"/settings/webhooks?repository={other.Repository}");
        Assert.DoesNotContain("Brand new", narrowed, StringComparison.Ordinal);
        Assert.Contains("Repository: archived", narrowed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_processes_a_delivery_again_as_a_new_job_and_a_viewer_and_a_stranger_do_not()
    {
        var tool = await world.ConnectAsync();
        var stranger = await world.ConnectAsync();
        await world.ProcessAsync(tool, "push", tool.Push(new string('3', 40)));
        var delivery = await world.Database.ScalarAsync<Guid>("SELECT id FROM webhook_receipts WHERE organization_id = @Organization", tool);
        var address = $"/api/v1/organizations/{tool.Organization}/deliveries/{delivery}/process";
        using var viewer = await world.Server.SignInAsync(await world.Database.AddMemberAsync(tool.Organization, "viewer"));
        using var member = await world.Server.SignInAsync(await world.Database.AddMemberAsync(tool.Organization, "member"));
        using var foreign = await world.Server.SignInAsync(stranger.User);
        Assert.Equal(HttpStatusCode.NotFound, (await foreign.PostAsync(address, null)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await foreign.PostAsync($"/api/v1/organizations/{stranger.Organization}/deliveries/{delivery}/process", null)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await foreign.GetAsync($"/api/v1/organizations/{tool.Organization}/deliveries")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PostAsync(address, null)).StatusCode);
        Assert.DoesNotContain("Process again", await Html(viewer, "/settings/webhooks"), StringComparison.Ordinal);

        using var again = await member.SubmitAsync("/settings/webhooks", $"/organizations/{tool.Organization}/deliveries/{delivery}/process");
        Assert.Equal(HttpStatusCode.SeeOther, again.StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await member.PostAsync(address, null)).StatusCode);
        await world.RunAsync();
        Assert.Equal(2, await world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE organization_id = @Organization AND kind = 'process_delivery' AND state = 'completed'", tool));
        Assert.Equal(1, await world.Database.ScalarAsync<long>("SELECT count(*) FROM audit_log WHERE organization_id = @Organization AND action = 'delivery.processed_again'", tool));
        Assert.Equal(HttpStatusCode.Accepted, (await member.PostAsync(address, null)).StatusCode);
        await world.RunAsync();
    }

    [Fact]
    public async Task Who_is_in_two_organizations_sees_each_by_itself()
    {
        var (one, two) = (await world.ConnectAsync(), await world.ConnectAsync());
        await world.Database.ExecuteAsync("INSERT INTO organization_members (organization_id, user_id, role) VALUES (@Organization, @user, 'viewer')", new { two.Organization, user = one.User });
        await world.ProcessAsync(one, "of_the_first", new { repository = one.Described });
        await world.ProcessAsync(two, "of_the_second", new { repository = two.Described });
        using var client = await world.Server.SignInAsync(one.User);
        var (first, second) = (await Html(client, $"/settings/webhooks?organization={one.Organization}"), await Html(client, $"/settings/webhooks?organization={two.Organization}"));
        Assert.Contains("Of the first", first, StringComparison.Ordinal);
        Assert.DoesNotContain("Of the second", first, StringComparison.Ordinal);
        Assert.Contains("Of the second", second, StringComparison.Ordinal);
        Assert.DoesNotContain("Of the first", second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deliveries_are_removed_after_thirty_days()
    {
        var tool = await world.ConnectAsync();
        await world.ProcessAsync(tool, "push", tool.Push());
        await world.ProcessAsync(tool, "brand_new", new { repository = tool.Described });
        await world.Database.ExecuteAsync(
            "UPDATE webhook_deliveries SET received_at = now() - interval '30 days 1 minute' WHERE event = 'push'; UPDATE webhook_deliveries SET received_at = now() - interval '29 days 23 hours' WHERE event <> 'push'");
        await world.Get<JobSweeper>().PruneAsync(TestContext.Current.CancellationToken);
        Assert.Equal("brand_new", await world.Database.ScalarAsync<string>("SELECT string_agg(event, ' ') FROM webhook_receipts WHERE organization_id = @Organization", tool));
        Assert.Equal(0, await world.Database.ScalarAsync<long>("SELECT count(*) FROM webhook_deliveries WHERE event = 'push'"));
    }

    [Fact]
    public async Task Only_a_process_takes_deliveries_in_and_removes_them()
    {
        var tool = await world.ConnectAsync();
        foreach (var sql in (string[])
            [
                "SELECT app.prune_deliveries('0 days', 10)::text",
                "SELECT job_id::text FROM app.reconcile_webhooks('0 days', 10, 'sync', 'x', 1::smallint, 1::smallint)",
                "SELECT job_id::text FROM app.accept_delivery(gen_random_uuid(), 'g', 'push', NULL, 1, NULL, NULL, NULL, '', 'sync', 'x', 1::smallint, 1::smallint)",
            ])
        {
            var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => world.Database.Db.QueryAsync<string>(Caller.User(tool.User), sql, null, TestContext.Current.CancellationToken));
            Assert.Equal("42501", refused.SqlState);
        }
    }

    private static async Task<string> Html(HttpClient client, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { { "Accept", "text/html" } } };
        using var answer = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }
}
