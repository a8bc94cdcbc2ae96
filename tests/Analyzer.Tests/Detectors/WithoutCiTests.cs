using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Tests.RepositoryModels;

/// <summary>What the comparison with the CI of real repositories (docs/generated/detection.md) showed to be missing or too much.</summary>
public sealed class WithoutCiTests
{
    [Theory]
    [InlineData("import { expect, test } from \"bun:test\";\n", "bun test")]
    [InlineData("const { test } = require('bun:test')\n", "bun test")]
    [InlineData("import { test } from \"node:test\";\n// never \"bun:test\"\n", null)]
    public void Tests_that_import_Buns_runner_need_no_script(string source, string? expected)
    {
        var model = Build(("package.json", "{\"name\":\"a\",\"devDependencies\":{\"@types/bun\":\"1\"}}"), ("bun.lock", "{}"), ("tests/a.spec.ts", source));
        var command = model.Components[0].Command(CommandKind.Test);
        Assert.Equal(expected, command?.Run);
        Assert.Equal(expected is null ? [] : ["tests/a.spec.ts:1"], command?.Evidence.Select(place => $"{place.Path}:{place.Line}") ?? []);
    }

    [Theory]
    [InlineData("bun test --coverage", "bun test --coverage")]
    [InlineData("bun test tests", "bun test tests")]
    [InlineData("bun test --watch", "bun test")]
    [InlineData("bun test ghost", "bun test")]
    public void How_CI_calls_Buns_runner_is_taken_over_where_it_ends_and_names_what_is_there(string run, string expected)
    {
        var model = Build(("package.json", "{\"name\":\"a\"}"), ("bun.lock", "{}"), ("tests/a.spec.ts", "import { test } from 'bun:test'\n"),
            (".github/workflows/ci.yml", $"on: push\njobs:\n  test:\n    steps:\n      - run: {run}\n"));
        Assert.Equal(expected, model.Components[0].Command(CommandKind.Test)?.Run);
    }

    [Fact]
    public void A_script_for_tests_is_preferred_to_Buns_runner()
    {
        var model = Build(("package.json", "{\"name\":\"a\",\"scripts\":{\"test\":\"bun test --coverage\"}}"), ("bun.lock", "{}"), ("a.test.ts", "import { test } from 'bun:test'\n"));
        Assert.Equal("bun run test", model.Components[0].Command(CommandKind.Test)?.Run);
    }

    [Fact]
    public void A_target_framework_may_stand_in_the_file_of_central_packages()
    {
        var model = Build(("A.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\" />"), ("global.json", "{\"sdk\":{\"version\":\"8.0.x\"}}"),
            ("Directory.Packages.props", "<Project>\n  <PropertyGroup>\n    <TargetFramework>net8.0</TargetFramework>\n  </PropertyGroup>\n</Project>"));
        var runtime = Assert.Single(model.Components[0].Runtimes);
        Assert.Equal("8.0.x Directory.Packages.props", $"{runtime.Versions[0]} {runtime.Source}");
    }

    [Theory]
    [InlineData("tests/docker-compose.yml", "postgres")]
    [InlineData("docker-compose.yml", "postgres")]
    [InlineData("deploy/docker-compose.yml", "")]
    public void A_compose_file_among_the_tests_is_for_them(string compose, string services)
    {
        var model = Build(("A.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup><PackageReference Include=\"Npgsql\" /></ItemGroup></Project>"),
            (compose, "services:\n  db:\n    image: postgres:16\n"));
        Assert.Equal(services, string.Join(' ', model.Components.SelectMany(component => component.Services).Select(service => service.Name)));
    }

    [Theory]
    [InlineData("Microsoft.EntityFrameworkCore.InMemory", "")]
    [InlineData("Microsoft.EntityFrameworkCore.Sqlite", "")]
    [InlineData("FluentAssertions", "mssql")]
    public void Tests_with_a_database_in_memory_need_no_server(string package, string services)
    {
        var model = Build(
            ("src/Web/Web.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup><PackageReference Include=\"Microsoft.EntityFrameworkCore.SqlServer\" /></ItemGroup></Project>"),
            ("tests/T/T.csproj", $"<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup><PackageReference Include=\"xunit\" /><PackageReference Include=\"{package}\" /></ItemGroup></Project>"),
            ("docker-compose.yml", "services:\n  db:\n    image: mcr.microsoft.com/mssql/server:2022-latest\n"));
        Assert.Equal(services, string.Join(' ', model.Components.SelectMany(component => component.Services).Select(service => service.Name)));
        Assert.Equal(services.Length == 0, model.NotInferred.Any(fact => fact.Why.Contains("in memory", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("test/queue.test.js", "redis")]
    [InlineData("src/queue.js", "")]
    public void A_variable_that_only_the_application_reads_does_not_say_that_tests_need_the_server(string path, string services)
    {
        var model = Build(("package.json", "{\"name\":\"a\",\"dependencies\":{\"ioredis\":\"5\"}}"), ("package-lock.json", "{}"), (path, "connect(process.env.REDIS_URL)\n"));
        Assert.Equal(services, string.Join(' ', model.Components[0].Services.Select(service => service.Name)));
        Assert.Equal(services.Length == 0, model.NotInferred.Any(fact => fact.What == "services" && fact.Why.Contains("src/queue.js:1 reads REDIS_URL", StringComparison.Ordinal)));
    }

    private static RepositoryModel Build(params (string Path, string Text)[] files) => RepositoryModelBuilder.Build(RepositorySnapshot.FromText(files)).Model;
}
