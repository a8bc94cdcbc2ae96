using System.Net;
using System.Net.Http.Json;
using AutoDevOps.Server.Tests.Support;

namespace AutoDevOps.Server.Tests.Features;

public sealed class ScheduleEndpointTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly TestDatabase _database = new(postgres);
    private TestServerHost _server = null!;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        _server = await TestServerHost.StartAsync(_database);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_schedule_is_set_changed_shown_and_removed()
    {
        var (user, organization) = await _database.AddTenantAsync();
        var address = $"/api/v1/repositories/{await _database.AddRepositoryAsync(organization)}/schedule";
        using var client = await _server.SignInAsync(user);

        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(address)).StatusCode);
        var set = await client.PutAsJsonAsync(address, new { cron = "0 5 * * *" });
        Assert.Equal(HttpStatusCode.OK, set.StatusCode);
        var changed = await (await client.PutAsJsonAsync(address, new { cron = "30 6 * * 1", time_zone = "Europe/Berlin", kind = "ci_cd" })).JsonAsync();
        var shown = await (await client.GetAsync(address)).JsonAsync();
        Assert.Equal(changed.GetRawText(), shown.GetRawText());
        Assert.Equal(("30 6 * * 1", "Europe/Berlin", "ci_cd"), (shown.GetProperty("cron").GetString(), shown.GetProperty("time_zone").GetString(), shown.GetProperty("kind").GetString()));
        var next = TimeZoneInfo.ConvertTimeFromUtc(shown.GetProperty("next_at").GetDateTime(), TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));
        Assert.Equal((DayOfWeek.Monday, new TimeSpan(6, 30, 0)), (next.DayOfWeek, next.TimeOfDay));
        Assert.True(next > _server.Clock.GetUtcNow().DateTime);

        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync(address)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync(address)).StatusCode);
        Assert.Equal(0, await _database.ScalarAsync<long>("SELECT count(*) FROM schedules"));
        Assert.Equal(
            "repository.scheduled,repository.scheduled,repository.unscheduled,repository.unscheduled",
            await _database.ScalarAsync<string>("SELECT string_agg(action, ',' ORDER BY seq) FROM audit_log WHERE action LIKE 'repository.%'"));
    }

    [Fact]
    public async Task The_first_time_is_told_by_the_clock_that_ticks_and_not_by_one_that_is_minutes_off()
    {
        var (user, organization) = await _database.AddTenantAsync();
        using var client = await _server.SignInAsync(user);
        _server.Clock.Advance(TimeSpan.FromMinutes(20));
        var set = await client.PutAsJsonAsync($"/api/v1/repositories/{await _database.AddRepositoryAsync(organization)}/schedule", new { cron = "*/15 * * * *" });
        Assert.Equal(HttpStatusCode.OK, set.StatusCode);
        Assert.True(await _database.ScalarAsync<bool>("SELECT next_at > now() AND next_at <= now() + interval '15 minutes' FROM schedules"));
    }

    [Theory]
    [InlineData("* * * * *", "UTC", "twice within 15 minutes")]
    [InlineData("never", "UTC", "five fields")]
    [InlineData("0 5 * * *", "Mars/Olympus", "IANA name")]
    public async Task What_is_no_schedule_is_refused_with_what_is_wrong(string cron, string zone, string expected)
    {
        var (user, organization) = await _database.AddTenantAsync();
        using var client = await _server.SignInAsync(user);
        var response = await client.PutAsJsonAsync($"/api/v1/repositories/{await _database.AddRepositoryAsync(organization)}/schedule", new { cron, time_zone = zone });
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(expected, (await response.JsonAsync()).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Strangers_get_404_and_viewers_403()
    {
        var (_, organization) = await _database.AddTenantAsync("bob");
        var address = $"/api/v1/repositories/{await _database.AddRepositoryAsync(organization)}/schedule";
        using var member = await _server.SignInAsync(await _database.AddMemberAsync(organization, "member"));
        Assert.Equal(HttpStatusCode.OK, (await member.PutAsJsonAsync(address, new { cron = "0 5 * * *" })).StatusCode);
        using var stranger = await _server.SignInAsync((await _database.AddTenantAsync()).UserId);
        using var viewer = await _server.SignInAsync(await _database.AddMemberAsync(organization, "viewer"));

        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(address)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.PutAsJsonAsync(address, new { cron = "0 6 * * *" })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.DeleteAsync(address)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await viewer.GetAsync(address)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PutAsJsonAsync(address, new { cron = "0 6 * * *" })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.DeleteAsync(address)).StatusCode);
        Assert.Equal("0 5 * * *", await _database.ScalarAsync<string>("SELECT cron FROM schedules"));
    }

    [Fact]
    public async Task The_page_sets_it_and_takes_it_away()
    {
        var (user, organization) = await _database.AddTenantAsync();
        var page = $"/repositories/{await _database.AddRepositoryAsync(organization)}";
        using var client = await _server.SignInAsync(user);

        var set = await client.SubmitAsync(page, $"{page}/schedule", ("cron", "0 5 * * 1"));
        Assert.Equal(HttpStatusCode.SeeOther, set.StatusCode);
        var shown = await client.GetStringAsync(page);
        Assert.Contains("<option value=\"0 5 * * 1\" selected", shown, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await client.SubmitAsync(page, $"{page}/schedule", ("cron", ""))).StatusCode);
        Assert.Equal(0, await _database.ScalarAsync<long>("SELECT count(*) FROM schedules"));
    }

    [Theory]
    [InlineData("0 5 * * 1", "Europe/Berlin", "full")]
    [InlineData("0 5 * * 1", "UTC", "ci_cd")]
    [InlineData("30 6 * * 1", "UTC", "full")]
    public async Task Saving_the_page_unchanged_does_not_change_what_the_menu_cannot_say(string cron, string zone, string kind)
    {
        var (user, organization) = await _database.AddTenantAsync();
        var repository = await _database.AddRepositoryAsync(organization);
        var page = $"/repositories/{repository}";
        using var client = await _server.SignInAsync(user);
        await client.PutAsJsonAsync($"/api/v1{page}/schedule", new { cron, time_zone = zone, kind });

        Assert.Contains("<option value=\"as it is\" selected", await client.GetStringAsync(page), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await client.SubmitAsync(page, $"{page}/schedule", ("cron", "as it is"))).StatusCode);
        Assert.Equal($"{cron}, {zone}, {kind}", await _database.ScalarAsync<string>("SELECT concat_ws(', ', cron, time_zone, kind) FROM schedules"));
    }
}
