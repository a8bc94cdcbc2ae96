using System.Globalization;
using AutoDevOps.Server.Features.Webhooks;
using AutoDevOps.Server.Tests.Support;

namespace AutoDevOps.Server.Tests.Webhooks;

/// <summary>What GitHub could not deliver is asked for again, and comes.</summary>
public sealed class ReconcilerTests(WebhookWorld world) : IClassFixture<WebhookWorld>, IAsyncLifetime
{
    private static readonly TimeSpan Always = TimeSpan.Zero;

    public ValueTask InitializeAsync()
    {
        world.GitHub.Clock = world.Server.Clock;
        world.GitHub.Carrier = world.Sender;
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task What_was_missed_in_an_outage_comes_afterwards_once_and_what_arrived_does_not_come_again()
    {
        var tool = await ConnectAsync();
        world.GitHub.MaxDeliveriesPerPage = 3;
        await world.GitHub.SendAsync(tool.GitHub, "push", tool.Push(new string('1', 40)));
        world.GitHub.Carrier = null;
        for (var push = 0; push < 10; push++)
        {
            await world.GitHub.SendAsync(tool.GitHub, "push", tool.Push($"{push:d40}"));
        }

        world.GitHub.Carrier = world.Sender;
        await world.RunAsync();
        Assert.Equal(1, await ReceiptsAsync(tool));

        await ReconcileAsync();
        Assert.Equal(11, await ReceiptsAsync(tool));
        Assert.Equal(21, tool.Hook.Deliveries.Count);
        Assert.Equal(11, await world.Database.ScalarAsync<long>("SELECT count(*) FROM webhook_receipts WHERE organization_id = @Organization AND outcome IS NOT NULL", tool));

        await ReconcileAsync();
        Assert.Equal(21, tool.Hook.Deliveries.Count);
        world.GitHub.MaxDeliveriesPerPage = 100;
    }

    [Fact]
    public async Task What_is_older_than_three_days_or_on_its_way_is_not_asked_for()
    {
        var tool = await ConnectAsync();
        world.GitHub.Carrier = null;
        await world.GitHub.SendAsync(tool.GitHub, "push", tool.Push());
        world.Server.Clock.Advance(MissingDeliveries.Reach + TimeSpan.FromMinutes(1));
        await world.GitHub.SendAsync(tool.GitHub, "push", tool.Push());
        world.GitHub.Carrier = world.Sender;
        await TickAsync();
        Assert.Equal(2, tool.Hook.Deliveries.Count);
        await ReconcileAsync();
        Assert.Equal(3, tool.Hook.Deliveries.Count);
        Assert.Equal(1, await ReceiptsAsync(tool));
    }

    [Fact]
    public async Task What_we_refuse_each_time_is_not_asked_for_for_ever()
    {
        var tool = await ConnectAsync();
        // About another repository: refused whenever it comes.
        await world.GitHub.SendAsync(tool.GitHub, "push", (await ConnectAsync()).Push());
        for (var hour = 0; hour < 10; hour++)
        {
            await ReconcileAsync();
        }

        Assert.Equal(MissingDeliveries.MaxAttempts, tool.Hook.Deliveries.Count);
        Assert.All(tool.Hook.Deliveries, delivery => Assert.Equal(422, delivery.Status));
    }

    [Fact]
    public async Task A_hook_that_is_gone_on_GitHub_is_made_anew()
    {
        var tool = await ConnectAsync();
        world.GitHub.Hooks.Remove(tool.Hook);
        await ReconcileAsync();
        Assert.Equal("active: ", await HookAsync(tool));
        Assert.NotEqual(tool.Hook, Assert.Single(world.GitHub.Hooks, hook => hook.Repository == tool.GitHub));
    }

    [Fact]
    public async Task Whose_person_may_not_administer_the_repository_any_more_that_hook_still_delivers_and_stays()
    {
        var tool = await ConnectAsync();
        tool.GitHub.MayAdminister = false;
        await ReconcileAsync();
        Assert.StartsWith("active: GitHub does not show whoever connected", await HookAsync(tool), StringComparison.Ordinal);

        tool.GitHub.MayAdminister = true;
        await ReconcileAsync();
        Assert.Equal("active: ", await HookAsync(tool));
    }

    [Fact]
    public async Task A_token_that_was_revoked_makes_no_dead_letter_each_hour_and_is_told_at_the_hook()
    {
        var tool = await ConnectAsync();
        await world.Database.ExecuteAsync("UPDATE github_tokens SET revoked_at = now() WHERE user_id = @User", tool);
        await ReconcileAsync();
        await ReconcileAsync();
        Assert.StartsWith("active: There is no token of GitHub any more", await HookAsync(tool), StringComparison.Ordinal);
        Assert.Equal(0, await world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE organization_id = @Organization AND state <> 'completed'", tool));
    }

    [Fact]
    public async Task What_was_looked_through_once_is_not_read_each_hour()
    {
        var tool = await ConnectAsync();
        world.GitHub.MaxDeliveriesPerPage = 3;
        for (var push = 0; push < 9; push++)
        {
            await world.GitHub.SendAsync(tool.GitHub, "push", tool.Push($"{push:d40}"));
        }

        await ReconcileAsync();
        var first = Pages(tool);
        await ReconcileAsync();

        Assert.Equal((3, 1), (first, Pages(tool) - first));
        world.GitHub.MaxDeliveriesPerPage = 100;
    }

    private int Pages(WebhookWorld.Connected connected) =>
        world.GitHub.Requests.Count(request => request.Path.Contains($"/hooks/{connected.Hook.Id}/deliveries?", StringComparison.Ordinal));

    [Fact]
    public async Task When_GitHub_allows_no_more_requests_the_job_waits_until_it_does()
    {
        var tool = await ConnectAsync();
        world.GitHub.Carrier = null;
        await world.GitHub.SendAsync(tool.GitHub, "push", tool.Push());
        world.GitHub.Carrier = world.Sender;
        world.GitHub.Fail($"/hooks/{tool.Hook.Id}/", 403, """{ "message": "You have exceeded a secondary rate limit." }""", headers: ("Retry-After", "90"));
        await ReconcileAsync();
        Assert.Equal("pending", await JobAsync(tool, "state"));
        Assert.Equal("1", await JobAsync(tool, "(run_at > now() + interval '60 seconds')::int"));
        world.Server.Clock.Advance(TimeSpan.FromSeconds(91));
        await world.Database.ExecuteAsync("UPDATE github_tokens SET limited_until = NULL; UPDATE jobs SET run_at = now() WHERE state = 'pending'");
        await world.RunAsync();
        Assert.Equal("completed", await JobAsync(tool, "state"));
        Assert.Equal(1, await ReceiptsAsync(tool));
    }

    [Fact]
    public async Task Each_hook_gets_one_job_however_many_processes_look_and_none_before_its_time()
    {
        var tool = await ConnectAsync();
        await world.Database.ExecuteAsync("UPDATE repository_webhooks SET reconciled_at = now() WHERE id <> @Webhook", tool);
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Reconciler.TickAsync(TimeSpan.FromMinutes(55), TestContext.Current.CancellationToken)));
        Assert.Equal(1, made.Sum());
        await world.RunAsync();
        Assert.Equal(0, await Reconciler.TickAsync(TimeSpan.FromMinutes(55), TestContext.Current.CancellationToken));
        await world.Database.ExecuteAsync("UPDATE repository_webhooks SET reconciled_at = now() - interval '56 minutes' WHERE id = @Webhook", tool);
        Assert.Equal(1, await Reconciler.TickAsync(TimeSpan.FromMinutes(55), TestContext.Current.CancellationToken));
        await world.RunAsync();
    }

    [Fact]
    public async Task Hooks_that_are_being_made_or_removed_or_failed_are_left_alone()
    {
        var tool = await ConnectAsync();
        foreach (var state in (string[])["creating", "failed", "removing"])
        {
            await world.Database.ExecuteAsync("UPDATE repository_webhooks SET state = @state, reconciled_at = CASE WHEN id = @Webhook THEN NULL ELSE now() END", new { state, tool.Webhook });
            Assert.Equal(0, await Reconciler.TickAsync(TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken));
        }

        await world.Database.ExecuteAsync("UPDATE repository_webhooks SET state = 'failed'");
    }

    [Fact]
    public async Task What_the_App_missed_comes_as_well()
    {
        var tool = await ConnectAsync();
        var hook = world.GitHub.AddHook(null, "http://localhost:5080/webhooks/github", WebhookWorld.AppSecret);
        world.GitHub.Carrier = null;
        await world.GitHub.SendAsync(null, "push", tool.Push());
        world.GitHub.Carrier = world.Sender;
        world.Server.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(1, await Reconciler.ReconcileAppAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, await Reconciler.ReconcileAppAsync(TestContext.Current.CancellationToken));
        Assert.Equal([0, 202], hook.Deliveries.Select(delivery => delivery.Status));
        Assert.Equal(1, await ReceiptsAsync(tool));
        world.GitHub.Hooks.Remove(hook);
    }

    private DeliveryReconciler Reconciler => world.Get<DeliveryReconciler>();

    private async Task<WebhookWorld.Connected> ConnectAsync()
    {
        var tool = await world.ConnectAsync();
        await world.GiveTokenAsync(tool);
        return tool;
    }

    // After a while: what came a moment ago may be on its way.
    private async Task ReconcileAsync()
    {
        world.Server.Clock.Advance(TimeSpan.FromMinutes(2));
        await TickAsync();
    }

    private async Task TickAsync()
    {
        await Reconciler.TickAsync(Always, TestContext.Current.CancellationToken);
        await world.RunAsync();
    }

    private Task<long> ReceiptsAsync(WebhookWorld.Connected connected) =>
        world.Database.ScalarAsync<long>("SELECT count(*) FROM webhook_receipts WHERE organization_id = @Organization", connected);

    private Task<string> HookAsync(WebhookWorld.Connected connected) =>
        world.Database.ScalarAsync<string>("SELECT state || ': ' || coalesce(failure, '') FROM repository_webhooks WHERE id = @Webhook", connected);

    private Task<string> JobAsync(WebhookWorld.Connected connected, string column) => world.Database.ScalarAsync<string>(string.Create(
        CultureInfo.InvariantCulture, $"SELECT ({column})::text FROM jobs WHERE organization_id = @Organization AND kind = 'reconcile_webhook' ORDER BY id DESC LIMIT 1"), connected);
}
