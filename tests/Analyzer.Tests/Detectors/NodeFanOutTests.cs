using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Detectors.Node;
using AutoDevOps.Analyzer.Pipelines;

namespace AutoDevOps.Analyzer.Tests.RepositoryModels;

public sealed class NodeFanOutTests
{
    [Theory]
    [InlineData("turbo run build test --filter=./packages/* --concurrency 1", "turbo", "build test", "./packages/*")]
    [InlineData("pnpm exec turbo lint", "turbo", "lint", "")]
    [InlineData("npx turbo run test -- --watch", "turbo", "test", "")]
    [InlineData("npx nx run-many -t lint test -p a,b", "nx", "lint test", "a b")]
    [InlineData("yarn nx run-many --target=build", "nx", "build", "")]
    [InlineData("lerna run test --scope one --ignore two", "lerna", "test", "one !two")]
    [InlineData("pnpm -r run build", "pnpm", "build", "")]
    [InlineData("pnpm --filter @a/* test", "pnpm", "test", "@a/*")]
    [InlineData("npm run build --workspaces --if-present", "npm", "build", "")]
    [InlineData("npm test -w one", "npm", "test", "one")]
    [InlineData("yarn workspaces foreach -A run test", "yarn", "test", "")]
    [InlineData("yarn workspace one test", "yarn", "test", "one")]
    [InlineData("npm test", null, "", "")]
    [InlineData("pnpm run build", null, "", "")]
    [InlineData("turbo", null, "", "")]
    [InlineData("nx test one", null, "", "")]
    public void A_command_that_runs_scripts_in_members_is_understood(string command, string? tool, string tasks, string filters)
    {
        var run = NodeFanOut.Parse(command.Split(' '));
        Assert.Equal((tool, tasks, filters), (run?.Tool, string.Join(' ', run?.Tasks ?? []), string.Join(' ', run?.Filters ?? [])));
    }

    [Theory]
    [InlineData("npx nx affected -t test")]
    [InlineData("turbo run test --filter=...[origin/main]")]
    [InlineData("lerna run test --since main")]
    public void What_compares_with_another_commit_is_known_for_it(string command) => Assert.True(NodeFanOut.Parse(command.Split(' '))!.IsByChange);

    [Fact]
    public void The_root_reaches_the_members_that_its_filters_name_and_that_have_the_script()
    {
        var model = Model(("package.json", """{"workspaces":["packages/*","www"],"scripts":{"build":"turbo run build --filter=./packages/* --filter=!c","test":"node --test"},"devDependencies":{"turbo":"2"}}"""));
        Assert.Equal(["packages/a", "packages/b"], model.Components[0].Command(CommandKind.Build)!.Reach);
        Assert.Null(model.Components[0].Command(CommandKind.Test)!.Reach);
    }

    [Fact]
    public void A_member_that_the_root_leaves_out_gets_no_job_and_the_plan_says_so()
    {
        var files = Files(("package.json", """{"workspaces":["packages/*","www"],"scripts":{"build":"turbo run build --filter=./packages/*"},"devDependencies":{"turbo":"2"}}"""));
        var plan = BuildPlanner.Plan(files, RepositoryModelBuilder.Build(files).Model, new());
        Assert.Equal(["build"], plan.Jobs.Select(job => job.Id));
        Assert.Contains(plan.NotInferred, gap => gap is { Component: "www", What: "build" } && gap.Why.Contains("leaves it out", StringComparison.Ordinal));
        Assert.DoesNotContain(plan.NotInferred, gap => gap.Component == "packages/a");
    }

    [Fact]
    public void A_member_that_existing_ci_builds_by_itself_keeps_its_job()
    {
        var files = Files(
            ("package.json", """{"workspaces":["packages/*","www"],"scripts":{"build":"turbo run build --filter=./packages/*"},"devDependencies":{"turbo":"2"}}"""),
            (".github/workflows/ci.yml", "on: push\njobs:\n  www:\n    steps:\n      - run: npm run build\n        working-directory: www\n"));
        var plan = BuildPlanner.Plan(files, RepositoryModelBuilder.Build(files).Model, new());
        Assert.Equal(["build", "build-www"], plan.Jobs.Select(job => job.Id));
    }

    [Theory]
    [InlineData("npx turbo run lint", "Lint `npx turbo run lint`")]
    [InlineData("npx turbo run ghost", "")]
    [InlineData("npx nx run-many -t build", "")]
    [InlineData("npx lerna run build", "")]
    public void Ci_is_believed_about_a_runner_only_if_the_repository_has_it_and_a_member_the_script(string run, string command)
    {
        var model = Model(
            ("package.json", """{"workspaces":["packages/*"],"devDependencies":{"turbo":"2"}}"""),
            ("packages/d/package.json", """{"name":"d","scripts":{"lint":"eslint ."}}"""),
            (".github/workflows/ci.yml", $"on: push\njobs:\n  test:\n    steps:\n      - run: {run}\n"));
        Assert.Equal(command, string.Join(", ", model.Components[0].Commands.Where(found => found.Run == run).Select(found => $"{found.Kind} `{found.Run}`")));
    }

    [Fact]
    public void A_task_that_no_member_has_is_not_offered()
    {
        var model = Model(("package.json", """{"workspaces":["packages/*"],"devDependencies":{"turbo":"2"}}"""));
        Assert.Equal(["npx --no-install turbo run build"], model.Components[0].Commands.Where(command => command.Kind != CommandKind.Install).Select(command => command.Run));
    }

    [Theory]
    [InlineData("a:b b:c c:a", "p/a -> p/b -> p/c -> p/a")]
    [InlineData("a:b b:c c:d d:b", "p/b -> p/c -> p/d -> p/b")]
    [InlineData("a:a", "p/a -> p/a")]
    [InlineData("a:b b:a c:d d:c", "p/a -> p/b -> p/a|p/c -> p/d -> p/c")]
    [InlineData("a:b a:c b:d c:d", "")]
    public void Members_that_depend_on_each_other_in_a_circle_are_reported_once(string needs, string circles)
    {
        var packages = needs.Split([' ', ':']).Distinct().Select(name => ($"p/{name}/package.json",
            $$$"""{"name":"{{{name}}}","dependencies":{ {{{string.Join(',', needs.Split(' ').Where(need => need.StartsWith(name + ":", StringComparison.Ordinal)).Select(need => $"\"{need[2..]}\":\"1\""))}}} } }"""));
        var (_, diagnostics) = RepositoryModelBuilder.Build(RepositorySnapshot.FromText([("package.json", """{"workspaces":["p/*"]}"""), .. packages]));
        Assert.Equal(circles, string.Join('|', diagnostics.Where(diagnostic => diagnostic.Message.Contains("circle", StringComparison.Ordinal)).Select(diagnostic => diagnostic.Message.Split(": ")[1].TrimEnd('.'))));
    }

    private static RepositoryModel Model(params (string, string)[] files) => RepositoryModelBuilder.Build(Files(files)).Model;

    private static RepositorySnapshot Files(params (string, string)[] files) => RepositorySnapshot.FromText(
    [
        .. files, ("package-lock.json", "{}"), ("turbo.json", """{"tasks":{"build":{},"test":{},"lint":{}}}"""),
        .. new[] { "packages/a", "packages/b", "packages/c", "www" }.Select(folder => ($"{folder}/package.json", $$$"""{"name":"{{{folder[^1]}}}","scripts":{"build":"tsc"}}""")),
    ]);
}
