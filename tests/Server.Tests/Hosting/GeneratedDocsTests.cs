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
