using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Tests.Repositories;

/// <summary>Services are those of the component, not of the samples and fixtures that lie in its folder.</summary>
public sealed class ServiceSampleTests
{
    [Fact]
    public void Code_in_a_fixture_does_not_say_how_the_component_reaches_its_database()
    {
        var (model, _) = RepositoryModelBuilder.Build(RepositorySnapshot.FromText(
            ("package.json", "{\"name\":\"shop\",\"dependencies\":{\"pg\":\"8\"},\"scripts\":{\"test\":\"node --test\"}}"),
            ("test/db.test.js", "const url = process.env.DATABASE_URL;\n"),
            ("tests/Fixtures/other/db.js", "const url = process.env.POSTGRES_URL;\n")));

        var service = Assert.Single(Assert.Single(model.Components).Services);
        Assert.Equal(["DATABASE_URL"], service.Environment);
        Assert.DoesNotContain(service.Evidence, evidence => evidence.Path.StartsWith("tests/Fixtures/", StringComparison.Ordinal));
    }

    [Fact]
    public void A_component_that_is_a_sample_itself_is_read()
    {
        var (model, _) = RepositoryModelBuilder.Build(RepositorySnapshot.FromText(
            ("samples/shop/go.mod", "module example.com/shop\n\ngo 1.25\n\nrequire github.com/jackc/pgx/v5 v5.7.0\n"), ("samples/shop/main.go", "package main\n\nvar url = os.Getenv(\"DATABASE_URL\")\n")));

        Assert.All(model.Components, component => Assert.Equal(["DATABASE_URL"], Assert.Single(component.Services).Environment));
    }
}
