using AutoDevOps.Server.Features.Analyses;
using AutoDevOps.Server.Tests.Support;

namespace AutoDevOps.Server.Tests.Features;

/// <summary>What the first page says of a repository.</summary>
public sealed class OverviewTests(AnalysedShop shop) : IClassFixture<AnalysedShop>
{
    [Fact]
    public async Task A_repository_with_scripts_for_ci_and_no_vendor_is_not_said_to_have_none()
    {
        using var without = new SampleFolder();
        without.Delete(SampleFolder.Workflow);
        using var scripted = new SampleFolder();
        scripted.Delete(SampleFolder.Workflow);
        scripted.Write(".ci/run", "#!/bin/sh\nnpm test\n");
        await shop.AnalyseAnotherAsync(without);
        await shop.AnalyseAnotherAsync(scripted);
        using var client = await shop.OwnerAsync();

        var page = await client.GetStringAsync("/");

        Assert.Contains("none</span>", RowOf(page, without), StringComparison.Ordinal);
        Assert.Contains("no known vendor</span>", RowOf(page, scripted), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_analysis_of_security_alone_does_not_take_the_place_of_the_full_one()
    {
        using var folder = new SampleFolder();
        var repository = await folder.ConnectAsync(shop.Database, shop.Organization);
        await shop.AnalyseAsync(repository);
        using var client = await shop.OwnerAsync();
        var before = RowOf(await client.GetStringAsync("/"), folder);

        await shop.AnalyseAsync(repository, AnalysisKind.Security);

        Assert.Equal(before, RowOf(await client.GetStringAsync("/"), folder));
    }

    [Fact]
    public async Task A_repository_whose_newest_analysis_failed_comes_first_and_says_so()
    {
        using var folder = new SampleFolder();
        var repository = await folder.ConnectAsync(shop.Database, shop.Organization);
        await shop.AnalyseAsync(repository);
        await shop.Database.ExecuteAsync(
            """
            INSERT INTO analyses (id, organization_id, repository_id, job_id, kind, failure, finished_at)
            VALUES (uuid('ffffffff-0000-7000-8000-000000000000'), @Organization, @repository, gen_random_uuid(), 'full', 'It cannot be read.', now())
            """,
            new { shop.Organization, repository });
        using var client = await shop.OwnerAsync();

        var page = await client.GetStringAsync("/");

        Assert.Contains("failed", RowOf(page, folder), StringComparison.Ordinal);
        Assert.Equal(repository.ToString(), page.Split("href=\"/repositories/")[1][..36]);
        Assert.Contains("failed", RowOf(await client.GetStringAsync("/repositories"), folder), StringComparison.Ordinal);
    }

    /// <summary>A row of the table, up to when it was analysed.</summary>
    private static string RowOf(string page, SampleFolder folder)
    {
        var from = page.IndexOf(folder.Path, StringComparison.Ordinal);
        return page[from..page.IndexOf("<time", from, StringComparison.Ordinal)];
    }
}
