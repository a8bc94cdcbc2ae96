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

    [Theory]
    [InlineData(">=18", "22")]
    [InlineData(">= 18.17.0", "22")]
    [InlineData(">=6", "22")]
    [InlineData(">=19", "22")]
    [InlineData(">=23", "24")]
    [InlineData(">=22.12", "22")]
    [InlineData(">=24", "24")]
    [InlineData("^18", "18")]
    [InlineData("~18.17", "18")]
    [InlineData("18.x", "18")]
    [InlineData("18.20.1", "18.20.1")]
    [InlineData(">=18 <21", "18")]
    [InlineData("^18 || >=20", "18 20")]
    public void A_lone_open_bound_whose_Node_has_ended_stands_for_the_lowest_supported_even_release(string engines, string versions)
    {
        var (model, _) = RepositoryModelBuilder.Build(RepositorySnapshot.FromText(
            ("package.json", $"{{\n  \"name\": \"a\",\n  \"engines\": {{ \"node\": \"{engines}\" }}\n}}"), ("package-lock.json", "{}")));
        var runtime = Assert.Single(Assert.Single(model.Components).Runtimes);
        Assert.Equal(versions, string.Join(' ', runtime.Versions));
        Assert.Equal("package.json:3", $"{runtime.Evidence[0].Path}:{runtime.Evidence[0].Line}");
    }
}
