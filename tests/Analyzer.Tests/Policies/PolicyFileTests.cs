using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Policies;
using AutoDevOps.Analyzer.Reports;
using NJsonSchema;

namespace AutoDevOps.Analyzer.Tests.Policies;

/// <summary>What may stand in .autodevops.yml, and what is said of what may not.</summary>
public sealed class PolicyFileTests
{
    private const string Whole = """
        version: 1
        branch: trunk
        ignore: [legacy/, "*.min.js"]
        actions: [actions/*, my-org/deploy]
        runners: [ubuntu-24.04]
        require: [test, lint]
        suppress: [{rule: GHA020, path: ci/, reason: ours, until: "2027-01-31"}]
        components:
          .:
            test: npm run test:ci
            lint: false
          web: {build: make web}
        """;

    [Fact]
    public void Everything_that_can_be_decided_is_read_with_its_line()
    {
        var (policy, problems) = PolicyFile.Parse(".autodevops.yml", Whole);

        Assert.Empty(problems);
        Assert.Equal("trunk", policy!.Branch);
        Assert.Equal(["legacy/", "*.min.js"], policy.Ignore);
        Assert.Equal(["actions/*", "my-org/deploy"], policy.Actions);
        Assert.Equal(["ubuntu-24.04"], policy.Runners);
        Assert.Equal([CommandKind.Test, CommandKind.Lint], policy.Required);
        Assert.Equal([new PolicySuppression("GHA020", "ci/", "ours", new(2027, 1, 31), 7)], policy.Suppressions);
        Assert.Equal(
            [(".", CommandKind.Test, "npm run test:ci", 10), (".", CommandKind.Lint, null, 11), ("web", CommandKind.Build, "make web", 12)],
            policy.Commands.Select(command => (command.Component, command.Kind, command.Run, command.Evidence.Line)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing yet\n")]
    [InlineData("version: 1\n")]
    public void A_file_without_a_decision_decides_nothing(string text)
    {
        var (policy, problems) = PolicyFile.Parse(".autodevops.yml", text);
        Assert.Empty(problems);
        Assert.Equal(RepositoryPolicy.None with { }, policy! with { Commands = RepositoryPolicy.None.Commands });
    }

    [Theory]
    [InlineData("ignor: [x]", 1, "'ignor' is not a key of the file; did you mean ignore? There are: version, branch, ignore, actions, runners, require, suppress, components.")]
    [InlineData("version: 1\nrequire: [tests]", 2, "'tests' is nothing that can be required; did you mean test?")]
    [InlineData("components:\n  web:\n    tset: x", 3, "'tset' is not a key of the component web; did you mean test?")]
    [InlineData("components:\n  web:\n    test: [a, b]", 3, "test of web must be one shell line, or false when there is none.")]
    [InlineData("components:\n  nosuch: {}", 2, "Nothing is said of the component nosuch. There may be: ")]
    [InlineData("components: nosuch", 1, "components must be a mapping from folders to commands")]
    [InlineData("components:\n  ../web: {test: x}", 2, "'../web' is no folder of the repository.")]
    [InlineData("version: 2", 1, "version is '2', and this program knows 1.")]
    [InlineData("actions: [checkout]", 1, "'checkout' does not name actions. Write owner/name or owner/*, without a version.")]
    [InlineData("actions: [actions/checkout@v4]", 1, "'actions/checkout@v4' does not name actions.")]
    [InlineData("runners: {a: b}", 1, "runners must be a list of at most 200 words.")]
    [InlineData("ignore: [[a]]", 1, "ignore must be a list")]
    [InlineData("branch: main\nbranch: trunk", 2, "branch is there twice.")]
    [InlineData("branch: [main]", 1, "branch must be one word.")]
    [InlineData("- a", 1, "the file must be a mapping with the keys version,")]
    [InlineData("branch: [", 1, "Not valid YAML")]
    public void A_mistake_is_said_with_its_line_and_what_would_be_right(string text, int line, string message)
    {
        var (policy, problems) = PolicyFile.Parse(".autodevops.yml", text);
        Assert.Null(policy);
        Assert.Equal(line, problems[0].Line);
        Assert.StartsWith(message, problems[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_file_with_a_mistake_nothing_holds_and_every_mistake_is_said()
    {
        var snapshot = RepositorySnapshot.FromText((".autodevops.yml", "ignor: [x]\nignore: ['*']\nrunner: x\n"), ("a.txt", "a"));
        Assert.Equal(2, snapshot.Files.Count);
        Assert.Equal([1, 3], snapshot.Diagnostics.Select(diagnostic => diagnostic.Line));
        Assert.All(snapshot.Diagnostics, diagnostic => Assert.EndsWith("Until then nothing of .autodevops.yml holds.", diagnostic.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Whole, true)]
    [InlineData("actions: actions/*", true)]
    [InlineData("ignor: [x]", false)]
    [InlineData("suppress: [{rule: GHA020}]", false)]
    [InlineData("suppress: [{rule: GHA020, reason: x, till: y}]", false)]
    [InlineData("suppress: {}", false)]
    [InlineData("require: [tests]", false)]
    [InlineData("components: {web: {tset: x}}", false)]
    [InlineData("components: {web: {}}", false)]
    [InlineData("actions: [checkout]", false)]
    [InlineData("version: 2", false)]
    public async Task The_published_schema_says_the_same(string text, bool isRight)
    {
        var json = new YamlDotNet.Serialization.SerializerBuilder().JsonCompatible().Build()
            .Serialize(new YamlDotNet.Serialization.DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize(new StringReader(text))!);
        var schema = await JsonSchema.FromJsonAsync(ReportSchemas.All["policy"], TestContext.Current.CancellationToken);
        Assert.Equal(isRight, schema.Validate(json).Count == 0);
        Assert.Equal(isRight, PolicyFile.Parse(".autodevops.yml", text).Problems.Count == 0);
    }
}
