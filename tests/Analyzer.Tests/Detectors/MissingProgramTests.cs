using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Tests.RepositoryModels;

/// <summary>A command that calls what is not there is not offered, and the word for it says what is missing; when that is not sure, it is.</summary>
public sealed class MissingProgramTests
{
    [Theory]
    [InlineData("node scripts/missing.js", "runs scripts/missing.js, which is not in the repository")]
    [InlineData("node ./scripts/missing.mjs --ci", "runs scripts/missing.mjs, which is not in the repository")]
    [InlineData("bash tools/missing.sh", "runs tools/missing.sh, which is not in the repository")]
    [InlineData("./scripts/missing.sh", "runs scripts/missing.sh, which is not in the repository")]
    [InlineData("cross-env CI=1 node scripts/missing.js", "runs scripts/missing.js, which is not in the repository")]
    [InlineData("npm run unit", "runs scripts/gone.js, which is not in the repository")]
    [InlineData("jest", "calls jest, which no dependency brings")]
    [InlineData("NODE_ENV=test mocha --exit", "calls mocha, which no dependency brings")]
    [InlineData("cross-env A=b vitest run", "calls cross-env, which no dependency brings")]
    [InlineData("ng test --watch=false", "calls ng, which no dependency brings")]
    public void A_script_that_calls_what_is_not_there_is_not_offered(string body, string why)
    {
        var model = Model(("package.json", $"{{\"scripts\": {{\"test\": \"{body}\", \"unit\": \"node scripts/gone.js\"}}, \"dependencies\": {{\"left-pad\": \"1\"{(body.StartsWith("cross-env CI", StringComparison.Ordinal) ? ", \"cross-env\": \"7\"" : "")}}}}}"));

        Assert.DoesNotContain(model.Components[0].Commands, command => command.Run == "npm test");
        if (body != "npm run unit")
        {
            Assert.Contains(model.NotInferred, gap => gap.What == "test" && gap.Why.Contains(why, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("node dist/test.js")]
    [InlineData("node build/run.js")]
    [InlineData("node ignored/run.js")]
    [InlineData("node scripts/compiled.js")]
    [InlineData("node test/elsewhere.js")]
    [InlineData("node scripts/there.js")]
    [InlineData("node scripts/there")]
    [InlineData("node unknown/x.js")]
    [InlineData("node --test")]
    [InlineData("node -e 1")]
    [InlineData("node $FILE.js")]
    [InlineData("cd sub && node scripts/missing.js")]
    [InlineData("curl -o scripts/missing.js x && node scripts/missing.js")]
    [InlineData("node node_modules/a/b.js")]
    [InlineData("make test")]
    [InlineData("git diff --exit-code")]
    [InlineData("npx jest")]
    [InlineData("some-tool")]
    [InlineData("tsc --noEmit")]
    [InlineData("npm i -g mocha && mocha")]
    [InlineData("vite build")]
    [InlineData("tap test/*.js")]
    public void When_it_may_be_there_it_is_offered(string body)
    {
        var model = Model(
            ("package.json", $"{{\"scripts\": {{\"test\": \"{body}\"}}, \"devDependencies\": {{\"vitest\": \"4\"}}}}"), (".gitignore", "/ignored/\n"), ("scripts/compiled.ts", ""), ("src/elsewhere.ts", ""), ("scripts/there.js", ""), ("test/a.js", ""),
            ("package-lock.json", "{\"packages\": {\"node_modules/vite\": {}, \"node_modules/tap\": {}}}"));
        Assert.Equal(0.95, model.Components[0].Command(CommandKind.Test)?.Confidence);
    }

    [Theory]
    [InlineData("eslint .", "{\"devDependencies\": {\"eslint\": \"9\"}}", "")]
    [InlineData("eslint .", "{\"dependencies\": {\"@company/lint\": \"1\"}}", "")]
    [InlineData("eslint .", "{\"devDependencies\": {\"react-scripts\": \"5\"}}", "")]
    [InlineData("jest", "{\"devDependencies\": {\"react-scripts\": \"5\"}}", "")]
    [InlineData("eslint .", "{}", "a@1:\n\neslint@^9:\n  version \"9\"\n")]
    public void A_workspace_may_bring_it(string body, string root, string yarn)
    {
        var model = Model(
            ("package.json", root.Insert(1, "\"name\": \"root\", \"workspaces\": [\"p\"]" + (root == "{}" ? "" : ", "))), ("p/package.json", $"{{\"name\": \"p\", \"scripts\": {{\"lint\": \"{body}\"}}}}"),
            (yarn.Length > 0 ? "yarn.lock" : "README.md", yarn));
        Assert.Equal(0.95, Assert.Single(model.Components, component => component.Path == "p").Command(CommandKind.Lint)?.Confidence);
    }

    [Fact]
    public void A_lock_file_that_does_not_have_it_says_that_nothing_brings_it()
    {
        var model = Model(("package.json", "{\"scripts\": {\"lint\": \"eslint .\"}, \"devDependencies\": {\"@company/lint\": \"1\"}}"), ("package-lock.json", "{\"packages\": {\"node_modules/@company/lint\": {}, \"node_modules/eslint-plugin-x\": {}}}"));

        Assert.Null(model.Components[0].Command(CommandKind.Lint));
        Assert.Contains(model.NotInferred, gap => gap.What == "lint" && gap.Why == "the script 'lint' at package.json:1 calls eslint, which no dependency brings");
    }

    [Fact]
    public void What_ci_runs_is_taken_at_its_word()
    {
        var model = Model(("package.json", "{\"scripts\": {\"lint\": \"eslint .\"}}"), (".github/workflows/ci.yml", "on: push\njobs:\n  lint:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: npm run lint\n"));
        Assert.Equal(0.97, model.Components[0].Command(CommandKind.Lint)?.Confidence);
    }

    [Theory]
    [InlineData("test:\n\tbash scripts/missing.sh\n", "scripts/missing.sh")]
    [InlineData("test:\n\t@./scripts/missing.sh ./...\n", "scripts/missing.sh")]
    [InlineData("test: prepare\n\tgo test ./...\nprepare:\n\tpython3 tools/missing.py\n", "tools/missing.py")]
    public void A_target_that_runs_what_is_not_there_is_not_offered(string makefile, string missing)
    {
        var model = Model(("go.mod", "module x\n\ngo 1.25\n"), ("a_test.go", "package x\n"), ("Makefile", makefile));

        Assert.DoesNotContain(model.Components[0].Commands, command => command.Run == "make test");
        Assert.Contains(model.NotInferred, gap => gap.What == "test" && gap.Why.Contains($"'make test' at Makefile:1 runs {missing}, which is not in the repository", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("test: scripts/made.sh\n\tbash scripts/made.sh\nscripts/made.sh: x\n\tcp x $@\n")]
    [InlineData("test:\n\t[ -f scripts/missing.sh ] && bash scripts/missing.sh\n")]
    [InlineData("test:\n\tbash $(DIR)/missing.sh\n")]
    [InlineData("test:\n\tbash scripts/there.sh\n")]
    [InlineData("test:\n\tbash scripts/configured.sh\n")]
    public void A_target_whose_script_may_be_there_is_offered(string makefile)
    {
        var model = Model(("go.mod", "module x\n\ngo 1.25\n"), ("a_test.go", "package x\n"), ("Makefile", makefile), ("scripts/there.sh", ""), ("scripts/configured.sh.in", ""));
        Assert.Equal("make test", model.Components[0].Command(CommandKind.Test)?.Run);
    }

    private static RepositoryModel Model(params IEnumerable<(string, string)> files) => RepositoryModelBuilder.Build(RepositorySnapshot.FromText(files)).Model;
}
