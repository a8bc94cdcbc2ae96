using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Tests.RepositoryModels;

public sealed class NotInferredSummaryTests
{
    [Fact]
    public void A_reason_that_holds_for_many_components_is_told_once()
    {
        var gaps = Enumerable.Range(1, 127).Select(number => new NotInferred($"bridge{number}", "test", $"there are tests (bridge{number}/ATest.php), and nothing runs them"))
            .Append(new("a", "lint", "eslint is configured (a/.eslintrc)")).ToList();
        Assert.Equal(
            [new("127 components (bridge1, bridge2, bridge3, …)", "test", "there are tests, and nothing runs them"), new("a", "lint", "eslint is configured (a/.eslintrc)")],
            NotInferredSummary.Of(gaps));
    }

    [Fact]
    public void A_few_are_told_one_by_one_with_their_places()
    {
        NotInferred[] gaps = [new("a", "test", "none (a/x)"), new("b", "test", "none (b/x)"), new("c", "lint", "none (c/x)"), new("c", "test", "none (c/x)")];
        Assert.Equal([gaps[0], gaps[1], gaps[3], gaps[2]], NotInferredSummary.Of(gaps));
    }
}
