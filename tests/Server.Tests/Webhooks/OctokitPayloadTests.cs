using System.Net;
using System.Text;
using System.Text.Json;
using AutoDevOps.Server.Tests.Support;

namespace AutoDevOps.Server.Tests.Webhooks;

/// <summary>Every payload that the people of Octokit collected, signed and sent: each is taken in and processed, and what follows from it is written down.</summary>
/// <remarks>Source: npm <c>@octokit/webhooks-examples</c>, installed with what else tests/acceptance holds.</remarks>
public sealed class OctokitPayloadTests(WebhookWorld world) : IClassFixture<WebhookWorld>
{
    private static readonly string Outcomes = Path.Combine(SourceTree.Root, "tests", "Server.Tests", "Webhooks", "octokit-outcomes.txt");

    [Fact]
    public async Task Each_payload_is_taken_in_and_processed_with_the_outcome_that_is_written_down()
    {
        var index = Path.Combine(SourceTree.Root, "tests", "acceptance", "node_modules", "@octokit", "webhooks-examples", "api.github.com", "index.json");
        Assert.SkipUnless(File.Exists(index) || Environment.GetEnvironmentVariable("CI") is not null, "@octokit/webhooks-examples is not installed: npm ci in tests/acceptance.");
        using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(index, TestContext.Current.CancellationToken));
        var payloads = document.RootElement.EnumerateArray()
            .SelectMany(entry => entry.GetProperty("examples").EnumerateArray().Select(example => (Name: entry.GetProperty("name").GetString()!, Example: example))).ToList();
        Assert.Equal(329, payloads.Count);
        await ConnectAsync([.. payloads.Select(payload => payload.Example)]);

        StringBuilder lines = new();
        foreach (var (name, example) in payloads)
        {
            var guid = Guid.NewGuid().ToString();
            using var answer = await world.SendAsync(null, WebhookWorld.AppSecret, name, Encoding.UTF8.GetBytes(example.GetRawText()), guid);
            Assert.Equal(name == "ping" ? HttpStatusCode.OK : HttpStatusCode.Accepted, answer.StatusCode);
            await world.RunAsync();
            Assert.Equal(0, await world.Database.ScalarAsync<long>(
                "SELECT count(*) FROM webhook_receipts AS receipt JOIN jobs ON jobs.id = receipt.job_id WHERE receipt.guid = @guid AND jobs.state <> 'completed'", new { guid }));
            var outcomes = await world.Database.ScalarAsync<string?>("SELECT string_agg(DISTINCT coalesce(outcome, 'none'), ' / ') FROM webhook_receipts WHERE guid = @guid", new { guid });
            var action = example.TryGetProperty("action", out var text) && text.ValueKind == JsonValueKind.String ? $" {text.GetString()}" : "";
            lines.Append($"{name}{action}: {outcomes ?? "(concerns nobody here)"}\n");
        }

        if (Environment.GetEnvironmentVariable("UPDATE_GENERATED") == "1")
        {
            await File.WriteAllTextAsync(Outcomes, lines.ToString(), TestContext.Current.CancellationToken);
        }

        Assert.Equal(await File.ReadAllTextAsync(Outcomes, TestContext.Current.CancellationToken), lines.ToString());
    }

    // One organization that connected all the repositories and installations that the payloads are about, and one for each that they name.
    private async Task ConnectAsync(IReadOnlyList<JsonElement> payloads)
    {
        var (_, organization) = await world.Database.AddTenantAsync();
        foreach (var (id, name) in payloads.Select(payload => (Id: Number(payload, "repository"), Name: Text(payload, "repository", "full_name")))
            .Where(repository => repository.Id is not null).DistinctBy(repository => repository.Id))
        {
            await world.Database.ExecuteAsync(
                "INSERT INTO repositories (id, organization_id, source, location, github_id, name, default_branch) VALUES (gen_random_uuid(), @organization, 'github', @location, @id, 'example', 'main')",
                new { organization, id, location = $"{name?.Split('/')[0]}/example{id}" });
        }

        foreach (var installation in payloads.Select(payload => Number(payload, "installation")).OfType<long>().Distinct())
        {
            await world.Database.ExecuteAsync(
                "INSERT INTO github_installations (organization_id, installation_id, account_id, account_login, account_type) VALUES (@organization, @installation, 1, 'octo', 'Organization')",
                new { organization, installation });
        }

        foreach (var github in payloads.Select(payload => Number(payload, "organization")).OfType<long>().Distinct())
        {
            var (_, other) = await world.Database.AddTenantAsync();
            await world.Database.ExecuteAsync("UPDATE organizations SET github_id = @github WHERE id = @other", new { github, other });
        }
    }

    private static long? Number(JsonElement payload, string name) =>
        payload.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object && value.TryGetProperty("id", out var id) ? id.GetInt64() : null;

    private static string? Text(JsonElement payload, string name, string property) =>
        payload.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object && value.TryGetProperty(property, out var text) ? text.GetString() : null;
}
