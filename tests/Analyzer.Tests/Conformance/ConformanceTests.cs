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

    /// <summary>A case that does not pass has been read and judged, or it is a mistake of ours.</summary>
    [Fact]
    public void Every_case_that_does_not_pass_has_its_reason() =>
        Assert.DoesNotContain(
            ConformanceReport.Run().SelectMany(set => set.Cases.Select(item => (set, item))),
            pair => pair.item.Failure is not null && KnownDeviations.Reason(pair.set, pair.item) is null);
}
