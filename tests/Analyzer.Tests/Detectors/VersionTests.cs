using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Tests.RepositoryModels;

public sealed class VersionTests
{
    [Theory]
    [InlineData(">=18", 1, "18")]
    [InlineData("^20.19.0 || >=22.12.0", 1, "20 22")]
    [InlineData("18.x", 1, "18")]
    [InlineData("~3.11.4", 2, "3.11")]
    [InlineData(">=3.9,<4", 2, "3.9")]
    [InlineData("<23", 1, "")]
    [InlineData("*", 1, "")]
    [InlineData("latest", 1, "")]
    public void A_range_stands_for_the_lowest_version_of_each_alternative(string range, int parts, string bounds) =>
        Assert.Equal(bounds, string.Join(' ', VersionRange.LowerBounds(range, parts)));

    [Theory]
    [InlineData("v22.1.0", "22.1.0")]
    [InlineData("lts/*", "lts/*")]
    [InlineData("lts/iron", "lts/iron")]
    [InlineData("20.x", "20.x")]
    [InlineData("22; rm -rf /", null)]
    [InlineData("$(id)", null)]
    [InlineData(">=18", null)]
    [InlineData("system", null)]
    public void Only_what_a_setup_action_takes_is_a_version(string text, string? version) =>
        Assert.Equal(version, VersionFiles.Concrete(text));
}
