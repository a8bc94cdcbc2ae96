using System.Net;
using System.Net.Http.Json;
using System.Text;
using AutoDevOps.Server.Tests.Support;

namespace AutoDevOps.Server.Tests.Repositories;

/// <summary>What admins say of a repository is kept, shown, written down, and followed.</summary>
public sealed class RepositorySettingsTests(WebhookWorld world) : IClassFixture<WebhookWorld>
{
    [Fact]
    public async Task Pushes_to_other_branches_are_analysed_once_an_admin_has_said_so()
    {
        var tool = await world.ConnectAsync();
        using var client = await world.Server.SignInAsync(tool.User);
        Assert.Contains("is not the default one", await world.ProcessAsync(tool, "push", tool.Push(reference: "refs/heads/topic")), StringComparison.Ordinal);

        var set = await (await client.PatchAsJsonAsync(Address(tool), new { push_branches = "all" })).JsonAsync();

        Assert.Equal("""{"push_branches":"all","upload_sarif":null}""", set.GetRawText());
        Assert.Equal("An analysis of the branch topic was started.", await world.ProcessAsync(tool, "push", tool.Push(reference: "refs/heads/topic")));
        await client.PatchAsJsonAsync(Address(tool), new { push_branches = (string?)null });
        Assert.Contains("is not the default one", await world.ProcessAsync(tool, "push", tool.Push(reference: "refs/heads/topic")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_named_stays_and_each_change_is_in_the_audit_log_once()
    {
        var tool = await world.ConnectAsync();
        using var client = await world.Server.SignInAsync(tool.User);
        await client.PatchAsJsonAsync(Address(tool), new { upload_sarif = true });
        await client.PatchAsJsonAsync(Address(tool), new { upload_sarif = true });
        await client.PatchAsJsonAsync(Address(tool), new { });
        await client.PatchAsJsonAsync(Address(tool), new { push_branches = "all" });

        Assert.Equal("""{"push_branches":"all","upload_sarif":true}""", (await (await client.GetAsync(Address(tool))).JsonAsync()).GetRawText());
        Assert.Equal(
            """{"upload_sarif": true} {"push_branches": "all"}""",
            await world.Database.ScalarAsync<string>("SELECT string_agg(detail::text, ' ' ORDER BY seq) FROM audit_log WHERE action = 'repository.settings' AND target = @Repository::text", tool));
    }

    [Theory]
    [InlineData("""{"push_branchs": "all"}""", "'push_branchs' is no setting of a repository; did you mean push_branches? There are: push_branches, upload_sarif.")]
    [InlineData("""{"colour": "red"}""", "'colour' is no setting of a repository. There are: push_branches, upload_sarif.")]
    [InlineData("""{"upload_sarif": true, "push_branches": "some"}""", "push_branches must be \"default\" or \"all\".")]
    [InlineData("""{"upload_sarif": "yes"}""", "upload_sarif must be true, false or null.")]
    [InlineData("[]", "Send an object with the settings that change. There are: push_branches, upload_sarif.")]
    [InlineData("{", "The body is not JSON that this request understands")]
    [InlineData("""{"upload_sarif": true, "upload_sarif": false}""", "twice there")]
    public async Task What_is_no_setting_is_refused_with_what_is_wrong_and_nothing_is_written(string body, string expected)
    {
        var tool = await world.ConnectAsync();
        using var client = await world.Server.SignInAsync(tool.User);

        using var answer = await client.PatchAsync(Address(tool), new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(expected, await answer.ProblemAsync(), StringComparison.Ordinal);
        Assert.Equal("{}", await world.Database.ScalarAsync<string>("SELECT settings::text FROM repositories WHERE id = @Repository", tool));
    }

    [Fact]
    public async Task Strangers_get_404_and_members_403_and_a_repository_of_git_has_none()
    {
        var tool = await world.ConnectAsync();
        using var member = await world.Server.SignInAsync(await world.Database.AddMemberAsync(tool.Organization, "member"));
        using var stranger = await world.Server.SignInAsync((await world.Database.AddTenantAsync("bob")).UserId);
        using var owner = await world.Server.SignInAsync(tool.User);
        var git = await world.Database.AddRepositoryAsync(tool.Organization);

        Assert.Equal(HttpStatusCode.NotFound, (await stranger.PatchAsJsonAsync(Address(tool), new { push_branches = "all" })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(Address(tool))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await member.PatchAsJsonAsync(Address(tool), new { push_branches = "all" })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await member.GetAsync(Address(tool))).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await owner.PatchAsJsonAsync($"/api/v1/repositories/{git}/settings", new { push_branches = "all" })).StatusCode);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await owner.PatchAsync(Address(tool), new StringContent("{}", Encoding.UTF8, "text/plain"))).StatusCode);
        Assert.Equal("{}", await world.Database.ScalarAsync<string>("SELECT settings::text FROM repositories WHERE id = @Repository", tool));
    }

    [Fact]
    public async Task The_page_sets_them_without_scripts_and_shows_members_what_is_set()
    {
        var tool = await world.ConnectAsync();
        var page = $"/repositories/{tool.Repository}";
        using var client = await world.Server.SignInAsync(tool.User);
        using var member = await world.Server.SignInAsync(await world.Database.AddMemberAsync(tool.Organization, "member"));

        Assert.Equal(HttpStatusCode.SeeOther, (await client.SubmitAsync(page, $"{page}/settings", ("push_branches", "all"), ("upload_sarif", "true"))).StatusCode);
        var shown = await client.GetStringAsync(page);
        Assert.Contains("<option value=\"all\" selected", shown, StringComparison.Ordinal);
        Assert.Contains("<option value=\"true\" selected", shown, StringComparison.Ordinal);
        var seen = await member.GetStringAsync(page);
        Assert.Contains("of all branches", seen, StringComparison.Ordinal);
        Assert.DoesNotContain($"{page}/settings", seen, StringComparison.Ordinal);

        await client.SubmitAsync(page, $"{page}/settings", ("push_branches", ""), ("upload_sarif", ""));
        Assert.Equal("{}", await world.Database.ScalarAsync<string>("SELECT settings::text FROM repositories WHERE id = @Repository", tool));
    }

    private static string Address(WebhookWorld.Connected tool) => $"/api/v1/repositories/{tool.Repository}/settings";
}
