using AutoDevOps.Analyzer.Tests.Support;

namespace AutoDevOps.Analyzer.Tests.Conformance;

public sealed class ConformanceTests
{
    /// <summary>A rate that falls or rises is seen in the change that made it so.</summary>
    [Fact]
    public void The_printed_rates_are_current()
    {
        var path = Path.Combine(RepositoryRoot.Path, "docs", "generated", "conformance.md");
        var printed = ConformanceReport.Markdown(ConformanceReport.Run());
        if (Environment.GetEnvironmentVariable("UPDATE_GENERATED") == "1")
        {
            File.WriteAllText(path, printed);
        }

        Assert.Equal(File.ReadAllText(path), printed);
    }
}
