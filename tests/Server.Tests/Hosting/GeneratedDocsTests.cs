using System.Text.Json;
using AutoDevOps.Server.Hosting;

namespace AutoDevOps.Server.Tests.Hosting;

/// <summary>What is committed is what the program prints. UPDATE_GENERATED=1 writes it anew.</summary>
public sealed class GeneratedDocsTests
{
    [Theory]
    [InlineData("configuration", "configuration.md")]
    [InlineData("openapi", "openapi.json")]
    [InlineData("schema", "schema.sql")]
    public async Task A_generated_document_is_current(string what, string file)
    {
        await using var printed = new StringWriter();
        await Docs.PrintAsync(what, printed, TestContext.Current.CancellationToken);
        var path = Path.Combine(Root(), "docs", "generated", file);
        if (Environment.GetEnvironmentVariable("UPDATE_GENERATED") == "1")
        {
            await File.WriteAllTextAsync(path, printed.ToString());
        }

        Assert.Equal(await File.ReadAllTextAsync(path), printed.ToString());
    }

    [Theory]
    [InlineData("/api/v1/tokens", "201", "token")]
    [InlineData("/api/v1/analysis", "202", "analysis_id")]
    [InlineData("/api/v1/pipelines", "202", "pipeline_id")]
    [InlineData("/api/v1/jobs/{jobId}/cancel", "202", "state")]
    public async Task An_operation_is_described_with_its_own_answer_and_not_with_that_of_another(string path, string status, string property)
    {
        await using var printed = new StringWriter();
        await Docs.PrintAsync("openapi", printed, TestContext.Current.CancellationToken);
        var document = JsonDocument.Parse(printed.ToString()).RootElement;

        var reference = document.GetProperty("paths").GetProperty(path).GetProperty("post").GetProperty("responses").GetProperty(status)
            .GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("$ref").GetString()!;

        var schema = document.GetProperty("components").GetProperty("schemas").GetProperty(reference.Split('/')[^1]);
        Assert.True(schema.GetProperty("properties").TryGetProperty(property, out _), $"{reference} has no {property}.");
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "AutoDevOps.slnx")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
