using System.Net;
using AutoDevOps.Server.Tests.Support;

namespace AutoDevOps.Server.Tests.Pages;

public sealed class PagesTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly TestDatabase _database = new(postgres);
    private RunningServer _server = null!;
    private SeededFleet _fleet = null!;
    private Guid _user;
    private Guid _stranger;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Paths() => ["/", "/repositories", "/jobs", "/policy", "/settings/organizations", "/settings/sessions", "repository", "analysis", "analysis-running", "finding", "pipeline", "job"];

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        (_user, var organization) = await _database.AddTenantAsync();
        (_stranger, _) = await _database.AddTenantAsync("mallory");
        _fleet = await SeededFleet.PlantAsync(_database, organization, _user);
        _server = await RunningServer.StartAsync(_database);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_stranger_to_the_installation_is_led_to_sign_in_and_back(string path)
    {
        using var client = await _server.ClientAsync();
        var answer = await client.GetAsync(new Uri(Address(path), UriKind.Relative), Stop);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal($"/sign-in?return_to={Uri.EscapeDataString(Address(path))}", answer.Headers.Location!.ToString());
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_member_sees_it(string path)
    {
        using var client = await _server.ClientAsync(_user);
        var answer = await client.GetAsync(new Uri(Address(path), UriKind.Relative), Stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("<h1>", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/jobs?before=zz&queue=%00&state=%00")]
    [InlineData("/repositories?q=%00&after=zz&after_name=%00&disconnected=zz")]
    [InlineData("/repositories?q=a%00b&after=00000000-0000-0000-0000-000000000000&after_name=%00")]
    public async Task A_query_that_no_link_of_ours_has_is_passed_over(string address)
    {
        using var client = await _server.ClientAsync(_user);
        var answer = await client.GetAsync(new Uri(address, UriKind.Relative), Stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("repository")]
    [InlineData("analysis")]
    [InlineData("finding")]
    [InlineData("pipeline")]
    [InlineData("job")]
    public async Task Another_tenants_thing_is_a_404_like_one_that_never_was(string path)
    {
        using var client = await _server.ClientAsync(_stranger);
        var theirs = await client.GetAsync(new Uri(Address(path), UriKind.Relative), Stop);
        var nobodys = await client.GetAsync(new Uri(Address(path).Split('/')[1] + "/" + Guid.CreateVersion7(), UriKind.Relative), Stop);
        Assert.Equal(HttpStatusCode.NotFound, theirs.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, nobodys.StatusCode);
        Assert.Equal("Nothing here · AutoDevOps", Title(await theirs.Content.ReadAsStringAsync(Stop)));
        Assert.Equal("Nothing here · AutoDevOps", Title(await nobodys.Content.ReadAsStringAsync(Stop)));
    }

    [Fact]
    public async Task A_stranger_sees_nothing_of_another_tenant_in_lists()
    {
        using var client = await _server.ClientAsync(_stranger);
        foreach (var path in new[] { "/", "/repositories", "/jobs" })
        {
            var html = await client.GetStringAsync(new Uri(path, UriKind.Relative), Stop);
            Assert.DoesNotContain("checkout-api", html, StringComparison.Ordinal);
            Assert.DoesNotContain("storefront", html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Names_that_try_to_be_markup_stay_text()
    {
        using var client = await _server.ClientAsync(_user);
        foreach (var path in new[] { "/", "/repositories", $"/repositories/{_fleet.Hostile}", $"/analyses/{_fleet.HostileAnalysis}", "/repositories?q=%22%3E%3Cscript%3Ealert(3)%3C/script%3E", $"/analyses/{_fleet.Analysis}?path=%22%3E%3Cscript%3Ealert(3)%3C/script%3E" })
        {
            var html = await client.GetStringAsync(new Uri(path, UriKind.Relative), Stop);
            Assert.DoesNotContain("<script>alert", html, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("<img", html, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("style=", html, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("alert(", html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_unknown_address_is_a_404_page()
    {
        using var client = await _server.ClientAsync();
        var answer = await client.GetAsync(new Uri("/no/such/page", UriKind.Relative), Stop);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("Nothing here · AutoDevOps", Title(await answer.Content.ReadAsStringAsync(Stop)));
    }

    [Fact]
    public async Task Files_of_the_pages_are_kept_for_a_year_and_sent_compressed()
    {
        using var client = await _server.ClientAsync();
        var html = await client.GetStringAsync(new Uri("/sign-in", UriKind.Relative), Stop);
        var at = html.IndexOf("/assets/app.", StringComparison.Ordinal);
        var address = html[at..html.IndexOf('"', at)];
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Add("Accept-Encoding", "br");
        var answer = await client.SendAsync(request, Stop);
        Assert.Equal("public, max-age=31536000, immutable", answer.Headers.CacheControl!.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(new Uri("/assets/app.000000000000.css", UriKind.Relative), Stop)).StatusCode);
    }

    [Fact]
    public async Task A_chosen_theme_is_in_the_first_byte()
    {
        using var client = await _server.ClientAsync();
        client.DefaultRequestHeaders.Add("Cookie", "theme=dark");
        Assert.Contains("data-theme=\"dark\"", await client.GetStringAsync(new Uri("/sign-in", UriKind.Relative), Stop), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/jobs?state=running", "/jobs")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("https://evil.example/", "/")]
    [InlineData(null, "/")]
    public void Back_leads_to_this_site_only(string? asked, string expected) =>
        Assert.StartsWith(expected, AutoDevOps.Server.Ui.LocalAddress.Or(asked, "/"), StringComparison.Ordinal);

    private string Address(string path) => path switch
    {
        "repository" => $"/repositories/{_fleet.Repository}",
        "analysis" => $"/analyses/{_fleet.Analysis}",
        "analysis-running" => $"/analyses/{_fleet.RunningAnalysis}",
        "finding" => $"/findings/{_fleet.Finding}",
        "pipeline" => $"/pipelines/{_fleet.Pipeline}",
        "job" => $"/jobs/{_fleet.DeadJob}",
        _ => path,
    };

    private static string Title(string html)
    {
        var start = html.IndexOf("<title>", StringComparison.Ordinal) + 7;
        return start < 7 ? "" : WebUtility.HtmlDecode(html[start..html.IndexOf("</title>", StringComparison.Ordinal)]);
    }
}
