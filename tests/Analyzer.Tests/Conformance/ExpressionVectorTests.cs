namespace AutoDevOps.Analyzer.Tests.Conformance;

public sealed class ExpressionVectorTests
{
    [Fact]
    public void Every_vector_of_GitHub_comes_out_as_GitHub_says()
    {
        var set = ExpressionVectors.Run();

        Assert.True(set.Cases.Count > 1000, $"{set.Cases.Count} vectors were found.");
        Assert.DoesNotContain(set.Cases, item => item.Failure is not null);
    }
}
