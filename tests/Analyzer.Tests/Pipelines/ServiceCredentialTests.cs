using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Pipelines;

namespace AutoDevOps.Analyzer.Tests.Pipelines;

/// <summary>What a service is started with is what the code tells it, or is told.</summary>
public sealed class ServiceCredentialTests
{
    private const string Deps = "defmodule A.MixProject do\n  defp deps do\n    [{:postgrex, \"~> 0.20\"}]\n  end\nend\n";

    [Theory]
    [InlineData("username: \"postgres\",", "postgres")]
    [InlineData("hostname: System.get_env(\"DB_HOST\"),", "postgres")]
    [InlineData("url: System.get_env(\"TEST_DATABASE_URL\"),", "autodevops")]
    [InlineData("username: System.get_env(\"DB_USER\"),", "autodevops")]
    public void PostgreSQL_has_its_own_user_where_no_variable_tells_the_code_of_another(string setting, string user)
    {
        var text = Workflow(("mix.exs", Deps), ("mix.lock", "%{}\n"), ("test/a_test.exs", "defmodule ATest do\nend\n"), ("config/test.exs", $"config :a, A.Repo,\n  {setting}\n  pool: Ecto.Adapters.SQL.Sandbox\n"));
        Assert.Contains($"POSTGRES_USER: {user}\n", text, StringComparison.Ordinal);
        Assert.Contains($"pg_isready -U {user}\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_variable_that_may_be_the_name_of_a_connection_is_not_set_to_an_address()
    {
        var text = Workflow(("package.json", "{\"name\":\"a\",\"scripts\":{\"test\":\"mocha\"},\"dependencies\":{\"ioredis\":\"5\",\"mocha\":\"11\"}}"), ("package-lock.json", "{}"), ("test/a.test.js", "use(process.env.REDIS_CACHE_CONNECTION, process.env.REDIS_URL)\n"));
        Assert.Contains("REDIS_URL: redis://localhost:6379/0\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("REDIS_CACHE_CONNECTION:", text, StringComparison.Ordinal);
    }

    private static string Workflow(params (string Path, string Text)[] files)
    {
        var snapshot = RepositorySnapshot.FromText(files);
        var pipeline = PipelineGenerator.Generate(snapshot, RepositoryModelBuilder.Build(snapshot).Model, "github", new());
        Assert.True(pipeline.IsProven, string.Join("; ", pipeline.Checks.Where(check => !check.Passed)));
        return Assert.Single(pipeline.Files).Text;
    }
}
