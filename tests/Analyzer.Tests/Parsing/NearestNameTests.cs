using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Tests.Parsing;

public sealed class NearestNameTests
{
    private static readonly string[] Known = ["runs-on", "timeout-minutes", "needs", "strategy", "steps", "if"];

    [Theory]
    [InlineData("run-on", "runs-on")]
    [InlineData("runson", "runs-on")]
    [InlineData("RUNS-ON", "runs-on")]
    [InlineData("need", "needs")]
    [InlineData("nedes", "needs")]
    [InlineData("step", "steps")]
    [InlineData("stratgey", "strategy")]
    [InlineData("timeout-minuts", "timeout-minutes")]
    [InlineData("timeoutminute", "timeout-minutes")]
    [InlineData("fi", "if")]
    public void A_slip_is_recognised(string written, string meant) => Assert.Equal(meant, NearestName.Of(written, Known));

    [Theory]
    [InlineData("")]
    [InlineData("nothing-alike")]
    [InlineData("go")]
    [InlineData("minutes")]
    [InlineData("xeedx")]
    public void What_is_far_from_everything_is_nothing(string written) => Assert.Null(NearestName.Of(written, Known));

    [Fact]
    public void Of_two_as_near_the_first_is_meant() => Assert.Equal("bat", NearestName.Of("cat", ["bat", "hat"]));

    [Fact]
    public void A_name_as_long_as_a_file_and_names_without_end_cost_nothing()
    {
        Assert.Null(NearestName.Of(new string('x', 1_000_000), Known));
        Assert.Null(NearestName.Of("needs", Enumerable.Range(0, int.MaxValue).Select(number => $"x{number}")));
        Assert.Equal("needs", NearestName.Of("need", [new string('x', 1_000_000), "needs"]));
    }
}
