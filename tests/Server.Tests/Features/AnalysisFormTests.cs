using System.Globalization;
using System.Net;
using AutoDevOps.Server.Tests.Support;

namespace AutoDevOps.Server.Tests.Features;

/// <summary>The forms of the pages about analyses: they do what they say, and lead to the page that shows it.</summary>
public sealed class AnalysisFormTests(AnalysedShop shop) : IClassFixture<AnalysedShop>
{
    private const string Rule = "template-injection";

    [Theory]
    [InlineData("/repositories/{repository}", "full")]
    [InlineData("/analyses/{analysis}", "security")]
    public async Task The_button_queues_an_analysis_of_its_kind_and_leads_to_it(string page, string kind)
    {
        using var folder = new SampleFolder();
        var repository = await folder.ConnectAsync(shop.Database, shop.Organization);
        var analysis = await shop.AnalyseAsync(repository, AutoDevOps.Server.Features.Analyses.AnalysisKind.Security);
        using var client = await shop.OwnerAsync();

        using var answer = await client.SubmitAsync(
            page.Replace("{repository}", repository.ToString(), StringComparison.Ordinal).Replace("{analysis}", analysis.ToString(), StringComparison.Ordinal),
            $"/repositories/{repository}/analyse");

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        var queued = await shop.Database.ScalarAsync<Guid>("SELECT id FROM analyses WHERE repository_id = @repository AND kind = @kind AND finished_at IS NULL", new { repository, kind });
        Assert.Equal($"/analyses/{queued}", answer.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(answer.Headers.Location)).StatusCode);
        await shop.Database.ExecuteAsync("UPDATE jobs SET state = 'cancelled', finished_at = now() WHERE state = 'pending'");
    }

    [Fact]
    public async Task Analysing_again_keeps_to_the_branch()
    {
        var repository = await shop.Database.AddRepositoryAsync(shop.Organization, "of-git");
        var analysis = Guid.CreateVersion7();
        await shop.Database.ExecuteAsync(
            """
            INSERT INTO analyses (id, organization_id, repository_id, job_id, kind, ref, finished_at, failure)
            VALUES (@analysis, @Organization, @repository, gen_random_uuid(), 'full', 'release/2', now(), 'It broke.')
            """,
            new { analysis, shop.Organization, repository });
        using var client = await shop.OwnerAsync();

        using var answer = await client.SubmitAsync($"/analyses/{analysis}", $"/repositories/{repository}/analyse");

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal("release/2", await shop.Database.ScalarAsync<string>("SELECT ref FROM analyses WHERE repository_id = @repository AND id <> @analysis", new { repository, analysis }));
        await shop.Database.ExecuteAsync("UPDATE jobs SET state = 'cancelled', finished_at = now() WHERE state = 'pending'");
    }

    [Fact]
    public async Task A_finding_is_suppressed_and_counted_again_on_its_page()
    {
        using var folder = new SampleFolder();
        var finding = await shop.FindingAsync(await shop.AnalyseAnotherAsync(folder), Rule);
        using var client = await shop.OwnerAsync();
        var tomorrow = shop.Server.Clock.GetUtcNow().AddDays(1);

        using var suppressed = await client.SubmitAsync(
            $"/findings/{finding}", $"/findings/{finding}/suppress", ("reason", "Known & checked."), ("until", tomorrow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));

        Assert.Equal(HttpStatusCode.SeeOther, suppressed.StatusCode);
        Assert.Equal($"/findings/{finding}", suppressed.Headers.Location!.ToString());
        var page = WebUtility.HtmlDecode(await client.GetStringAsync(suppressed.Headers.Location));
        Assert.Contains("Known & checked.", page, StringComparison.Ordinal);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"until {tomorrow:d MMM yyyy}"), page, StringComparison.Ordinal);

        using var counted = await client.SubmitAsync($"/findings/{finding}", $"/findings/{finding}/unsuppress");
        Assert.Equal($"/findings/{finding}", counted.Headers.Location!.ToString());
        Assert.Equal("new", await StateAsync(finding));
    }

    [Fact]
    public async Task A_finding_suppressed_since_the_analysis_is_still_said_to_have_taken_its_points()
    {
        using var folder = new SampleFolder();
        var repository = await folder.ConnectAsync(shop.Database, shop.Organization);
        var finding = await shop.FindingAsync(await shop.AnalyseAsync(repository), Rule);
        using var client = await shop.OwnerAsync();

        await client.SubmitAsync($"/findings/{finding}", $"/findings/{finding}/suppress", ("reason", "Known."));
        var before = await client.GetStringAsync($"/repositories/{repository}");
        await shop.AnalyseAsync(repository);
        var after = await client.GetStringAsync($"/repositories/{repository}");

        const string Note = "Suppressed since: the next analysis does not count it.";
        Assert.Contains($"href=\"/findings/{finding}\"", before, StringComparison.Ordinal);
        Assert.Contains(Note, before, StringComparison.Ordinal);
        Assert.DoesNotContain(Note, after, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_suppression_that_ended_is_shown_as_such()
    {
        using var folder = new SampleFolder();
        var finding = await shop.FindingAsync(await shop.AnalyseAnotherAsync(folder), Rule);
        using var client = await shop.OwnerAsync();
        await client.SubmitAsync($"/findings/{finding}", $"/findings/{finding}/suppress", ("reason", "Known."));
        await shop.Database.ExecuteAsync("UPDATE suppressions SET expires_at = '2020-02-01Z' WHERE fingerprint = (SELECT fingerprint FROM findings WHERE id = @finding)", new { finding });

        Assert.Contains("That ended on 1 Feb 2020", await client.GetStringAsync($"/findings/{finding}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/repositories/{repository}/analyse", "kind", "everything", "kind (everything) must be one of full, security, performance, ci_cd.")]
    [InlineData("/repositories/{repository}/analyse", "ref", "--upload-pack=touch", "ref (--upload-pack=touch) must be the name of a branch or tag")]
    [InlineData("/findings/{finding}/suppress", "reason", "  ", "reason must say why the finding may stay, in 1 to 1000 characters.")]
    [InlineData("/findings/{finding}/suppress", "until", "31.12.2030", "until (31.12.2030) must be a day such as 2030-12-31.")]
    [InlineData("/findings/{finding}/suppress", "until", "2001-01-01", "until (2001-01-01) must be after today")]
    public async Task What_cannot_be_is_a_page_that_names_the_field_the_rule_and_the_cure(string action, string field, string value, string message)
    {
        using var client = await shop.OwnerAsync();
        var finding = await shop.FindingAsync(shop.Second, Rule);

        using var answer = await client.ForgeAsync($"/findings/{finding}", Fill(action, finding), ("reason", "Known."), (field, value));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains(message, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        Assert.Equal("existing", await StateAsync(finding));
    }

    [Fact]
    public async Task A_ref_of_a_folder_is_refused_with_what_to_do()
    {
        using var client = await shop.OwnerAsync();
        var finding = await shop.FindingAsync(shop.Second, Rule);

        using var answer = await client.ForgeAsync($"/findings/{finding}", $"/repositories/{shop.Repository}/analyse", ("ref", "main"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("leave ref out", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    public static TheoryData<string> Actions() => ["/repositories/{repository}/analyse", "/findings/{finding}/suppress", "/findings/{finding}/unsuppress"];

    [Theory]
    [MemberData(nameof(Actions))]
    public async Task A_viewer_gets_403_a_stranger_404_and_nobody_is_led_to_sign_in(string action)
    {
        var finding = await shop.FindingAsync(shop.Second, Rule);
        using var viewer = await shop.Server.SignInAsync(shop.Viewer);
        using var stranger = await shop.Server.SignInAsync(shop.Stranger);

        // The page to change one's theme has a form everywhere, and so a token.
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.ForgeAsync("/repositories", Fill(action, finding), ("reason", "x"))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.ForgeAsync("/repositories", Fill(action, finding), ("reason", "x"))).StatusCode);
        var nobody = await shop.Server.Stranger().PostAsync(Fill(action, finding), new FormUrlEncodedContent([new("reason", "x")]));
        Assert.Equal(HttpStatusCode.Redirect, nobody.StatusCode);
        Assert.StartsWith("/sign-in", nobody.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal("existing", await StateAsync(finding));
    }

    [Theory]
    [MemberData(nameof(Actions))]
    public async Task Without_the_pages_token_nothing_happens_and_the_page_says_why(string action)
    {
        var finding = await shop.FindingAsync(shop.Second, Rule);
        using var client = await shop.OwnerAsync();
        client.DefaultRequestHeaders.Add("Accept", "text/html");

        var without = await client.PostAsync(Fill(action, finding), new FormUrlEncodedContent([new("reason", "x"), new("__RequestVerificationToken", "made up")]));

        Assert.Equal(HttpStatusCode.BadRequest, without.StatusCode);
        Assert.Contains("The form was open for too long", await without.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("existing", await StateAsync(finding));
    }

    [Theory]
    [MemberData(nameof(Actions))]
    public async Task What_is_no_form_is_refused_also_with_a_token(string action)
    {
        var finding = await shop.FindingAsync(shop.Second, Rule);
        using var client = await shop.OwnerAsync();

        using var answer = await client.ForgeJsonAsync("/repositories", Fill(action, finding));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Equal("existing", await StateAsync(finding));
    }

    private string Fill(string action, Guid finding) => action
        .Replace("{repository}", shop.Repository.ToString(), StringComparison.Ordinal)
        .Replace("{finding}", finding.ToString(), StringComparison.Ordinal);

    private Task<string> StateAsync(Guid finding) => shop.Database.ScalarAsync<string>("SELECT state FROM findings WHERE id = @finding", new { finding });
}
