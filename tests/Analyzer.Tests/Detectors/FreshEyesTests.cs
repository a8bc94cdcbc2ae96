using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Pipelines;

namespace AutoDevOps.Analyzer.Tests.RepositoryModels;

/// <summary>What a review of models and pipelines by fresh eyes showed to be missing or wrong.</summary>
public sealed class FreshEyesTests
{
    [Theory]
    [InlineData("eslint . --fix", "npx --no-install eslint .")]
    [InlineData("eslint --fix 'src/**/*.{ts,tsx}'", "npx --no-install eslint \"src/**/*.{ts,tsx}\"")]
    [InlineData("eslint . --fix && echo done", null)]
    [InlineData("xo --fix", null)]
    [InlineData("eslint .", "npm run lint")]
    public void A_linter_that_repairs_is_not_offered_as_one(string script, string? expected)
    {
        var model = Build(("package.json", $"{{\"name\":\"a\",\"scripts\":{{\"lint\":\"{script}\"}},\"devDependencies\":{{\"eslint\":\"9\"}}}}"), ("package-lock.json", "{}"));
        Assert.Equal(expected, model.Components[0].Command(CommandKind.Lint)?.Run);
        Assert.Equal(expected is null, model.NotInferred.Any(gap => gap.What == "lint"));
    }

    [Fact]
    public void A_format_check_that_writes_is_offered_as_a_check()
    {
        var model = Build(("package.json", "{\"name\":\"a\",\"scripts\":{\"lint:format\":\"prettier --write .\"},\"devDependencies\":{\"prettier\":\"3\"}}"), ("package-lock.json", "{}"));
        Assert.Equal("npx --no-install prettier --check .", model.Components[0].Command(CommandKind.Format)?.Run);
    }

    [Theory]
    [InlineData("8.0.400", false, null)]
    [InlineData("8.0.400", true, "A.sln")]
    [InlineData("9.0.300", true, "A.slnx")]
    [InlineData("10.0.100", false, "A.slnx")]
    public void A_solution_in_XML_is_not_given_to_an_SDK_that_cannot_read_it(string sdk, bool hasClassic, string? solution)
    {
        List<(string, string)> files =
        [
            ("A.slnx", "<Solution><Project Path=\"src/A/A.csproj\" /></Solution>"), ("global.json", $"{{\"sdk\":{{\"version\":\"{sdk}\"}}}}"),
            ("src/A/A.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>"),
        ];
        if (hasClassic)
        {
            files.Add(("A.sln", "Project(\"{FAE04EC0-301F-11D3-BF4B-00C04F79EFBC}\") = \"A\", \"src\\A\\A.csproj\", \"{00000000-0000-0000-0000-000000000000}\"\nEndProject\n"));
        }

        var model = Build([.. files]);
        var build = Assert.Single(model.Components).Command(CommandKind.Build)!;
        Assert.Equal(solution, build.Evidence.Select(place => place.Path).FirstOrDefault(path => path.Contains(".sln", StringComparison.Ordinal)));
        Assert.Equal(solution is null ? "src/A" : ".", build.WorkingDirectory);
        Assert.Equal(solution is null, model.NotInferred.Any(gap => gap.Why == "A.slnx is read by the SDK from 9.0.200 on, and global.json says 8.0.400"));
    }

    [Fact]
    public void The_root_of_a_Melos_workspace_has_the_Flutter_of_its_members()
    {
        var model = Build(("pubspec.yaml", "name: root\nenvironment:\n  sdk: ^3.5.0\ndev_dependencies:\n  melos: ^6.0.0\n"), ("melos.yaml", "name: root\npackages:\n  - packages/*\n"), (".fvmrc", "{\"flutter\":\"3.24.1\"}"),
            ("packages/a/pubspec.yaml", "name: a\nenvironment:\n  sdk: ^3.5.0\ndependencies:\n  flutter:\n    sdk: flutter\n"));
        Assert.Contains(model.Components.Single(component => component.Path == ".").Runtimes, runtime => runtime.Name == "flutter" && runtime.Versions[0] == "3.24.1");
    }

    [Fact]
    public void Laravels_connections_may_stand_in_one_line()
    {
        var model = Build(("composer.json", "{\"require\":{\"laravel/framework\":\"^12\",\"ext-pdo_pgsql\":\"*\"}}"), ("phpunit.xml", "<phpunit><php><env name=\"DB_CONNECTION\" value=\"pgsql\"/></php></phpunit>"),
            ("config/database.php", "<?php return ['connections' => ['sqlite' => ['driver' => 'sqlite'], 'pgsql' => ['driver' => 'pgsql', 'host' => env('DB_HOST', '127.0.0.1'), 'port' => env('DB_PORT', '5432'), 'password' => env('DB_PASSWORD', '')], 'mysql' => ['host' => env('OTHER_HOST')]]];\n"));
        Assert.Equal("DB_HOST DB_PASSWORD DB_PORT", string.Join(' ', Assert.Single(model.Components[0].Services).Environment));
    }

    [Theory]
    [InlineData("DATABASE_URL=postgres://u:p@db.prod.internal:5432/app", "")]
    [InlineData("POSTGRES_HOST=db.prod.internal", "")]
    [InlineData("DATABASE_URL=postgres://u:p@localhost:5432/app", "postgres")]
    [InlineData("DATABASE_URL=postgres://u:p@127.0.0.1/app", "postgres")]
    [InlineData("DATABASE_URL=\"postgres://u:p@db/app\"", "postgres")]
    [InlineData("DATABASE_URL=postgres://u:p@host.example.com/app", "postgres")]
    public void An_address_on_a_network_is_no_service_beside_the_tests(string line, string services)
    {
        var model = Build(("package.json", "{\"name\":\"a\",\"dependencies\":{\"pg\":\"8\"}}"), ("package-lock.json", "{}"), (".env.example", line + "\n"));
        Assert.Equal(services, string.Join(' ', model.Components[0].Services.Select(service => service.Name)));
    }

    [Fact]
    public void No_place_is_named_twice_for_one_fact()
    {
        var model = Build(("package.json", "{\"name\":\"a\",\"dependencies\":{\"pg\":\"8\"},\"scripts\":{\"test\":\"node --test\"}}"), ("package-lock.json", "{}"), (".env.example", "DATABASE_URL=postgres://u:p@localhost/a\n"));
        Assert.All(model.Components.SelectMany(component => component.Services.Select(service => service.Evidence).Concat(component.Commands.Select(command => command.Evidence))),
            evidence => Assert.Equal(evidence.Count, evidence.DistinctBy(place => (place.Path, place.Line)).Count()));
    }

    [Theory]
    [InlineData("gitlab", "entrypoint: ['']")]
    [InlineData("jenkins", "--entrypoint=")]
    [InlineData("circleci", "image: hashicorp/terraform:")]
    public void Terraform_runs_where_the_start_of_its_image_can_be_replaced(string platform, string expected)
    {
        var snapshot = RepositorySnapshot.FromText(("main.tf", "terraform {\n  required_version = \">= 1.7\"\n}\n"), (".terraform.lock.hcl", "provider \"a\" {}\n"));
        var pipeline = PipelineGenerator.Generate(snapshot, RepositoryModelBuilder.Build(snapshot).Model, platform, new());
        Assert.True(pipeline.IsProven, string.Join("; ", pipeline.Checks.Where(check => !check.Passed)));
        Assert.Contains(expected, pipeline.Files[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_option_that_only_chooses_the_interpreter_of_the_matrix_hides_no_test()
    {
        var model = Build(("pyproject.toml", "[project]\nname = \"a\"\n[dependency-groups]\ntest = [\"pytest\"]\n"), ("uv.lock", "version = 1\n"), ("tests/test_a.py", ""), ("justfile", "test-all:\n    uv run --python=3.12 pytest\n"),
            (".github/workflows/ci.yml", "on: push\njobs:\n  test:\n    strategy:\n      matrix:\n        py: ['3.12', '3.13']\n    steps:\n      - run: uv run --python=${{ matrix.py }} --isolated --group test -- pytest\n"));
        Assert.Equal("uv run --isolated --group test -- pytest", model.Components[0].Command(CommandKind.Test)?.Run);
    }

    [Fact]
    public void The_job_of_one_member_does_not_hide_the_script_of_the_root()
    {
        var model = Build(("package.json", "{\"name\":\"r\",\"workspaces\":[\"packages/*\"],\"scripts\":{\"build\":\"tsdown\"},\"devDependencies\":{\"turbo\":\"2\"}}"), ("package-lock.json", "{}"), ("turbo.json", "{\"tasks\":{\"build\":{}}}"),
            ("packages/a/package.json", "{\"name\":\"@r/a\",\"scripts\":{\"build\":\"tsc\"}}"), ("packages/b/package.json", "{\"name\":\"@r/b\",\"scripts\":{\"build\":\"tsc\"}}"),
            (".github/workflows/a.yml", "on: push\njobs:\n  ci:\n    steps:\n      - run: npx turbo --filter @r/a build\n"));
        Assert.Equal("npm run build", model.Components.Single(component => component.Path == ".").Command(CommandKind.Build)?.Run);
    }

    [Fact]
    public void What_is_only_installed_is_said_to_be_no_more()
    {
        var model = Build(("vote/requirements.txt", "flask\n"), ("vote/app.py", ""), ("vote/Dockerfile", "FROM python:3.12\n"));
        Assert.Equal("vote test: no script, task or declared tool says how it is built, tested or checked", string.Join('|', model.NotInferred.Select(gap => $"{gap.Component} {gap.What}: {gap.Why}")));
    }

    private static RepositoryModel Build(params (string Path, string Text)[] files) => RepositoryModelBuilder.Build(RepositorySnapshot.FromText(files)).Model;
}
