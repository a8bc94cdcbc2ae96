using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Pipelines;

namespace AutoDevOps.Analyzer.Tests.RepositoryModels;

/// <summary>Which pnpm and which Node a pipeline sets up.</summary>
public sealed class NodeReleaseTests
{
    [Theory]
    [InlineData("", "lockfileVersion: '9.0'\n", "version: '10'")]
    [InlineData("", "lockfileVersion: '6.0'\n", "version: '8'")]
    [InlineData("", "lockfileVersion: 5.4\n", "version: '7'")]
    [InlineData("", "lockfileVersion: 5.3\n", "version: '6'")]
    [InlineData(",\"engines\":{\"pnpm\":\">=9 <10\"}", "lockfileVersion: '9.0'\n", "version: '9'")]
    [InlineData(",\"engines\":{\"pnpm\":\"9.1.0\"}", "lockfileVersion: '9.0'\n", "version: '9.1.0'")]
    [InlineData(",\"engines\":{\"pnpm\":\">=7\"}", "lockfileVersion: '6.0'\n", "version: '8'")]
    [InlineData(",\"packageManager\":\"pnpm@9.4.0\"", "lockfileVersion: '9.0'\n", null)]
    public void The_pnpm_that_reads_the_lock_file_as_it_is(string more, string lockFile, string? expected)
    {
        var text = Generate("github", ("package.json", $"{{\"name\":\"a\",\"scripts\":{{\"test\":\"node --test\"}}{more}}}"), ("pnpm-lock.yaml", lockFile));
        var lines = text.Split('\n').SkipWhile(line => !line.Contains("pnpm/action-setup", StringComparison.Ordinal)).Skip(1).Take(2).Select(line => line.Trim()).ToList();
        Assert.Equal(expected ?? "", lines[0] == "with:" ? lines[1] : "");
    }

    [Theory]
    [InlineData("gitlab", "lts/iron", "node:20")]
    [InlineData("circleci", "lts/jod", "node:22")]
    [InlineData("jenkins", "lts/*", "node:lts")]
    public void A_release_called_by_its_name_has_an_image(string platform, string version, string image) =>
        Assert.Contains(image, Generate(platform, ("package.json", "{\"name\":\"a\",\"scripts\":{\"test\":\"node --test\"}}"), ("package-lock.json", "{}"), (".nvmrc", version + "\n")), StringComparison.Ordinal);

    [Theory]
    [InlineData("github", "cache-dependency-path: \"requirements.txt\\nrequirements-dev.txt\"")]
    [InlineData("gitlab", "files: [requirements.txt, requirements-dev.txt]")]
    [InlineData("circleci", "pip-v1-{{ checksum \"requirements.txt\" }}-{{ checksum \"requirements-dev.txt\" }}")]
    [InlineData("azure", "| requirements.txt | requirements-dev.txt")]
    public void Every_file_that_pip_installs_from_keys_the_cache(string platform, string expected) =>
        Assert.Contains(expected, Generate(platform, ("requirements.txt", "flask\n"), ("requirements-dev.txt", "pytest\n"), ("test_a.py", "def test_a(): pass\n")), StringComparison.Ordinal);

    private static string Generate(string platform, params (string Path, string Text)[] files)
    {
        var snapshot = RepositorySnapshot.FromText(files);
        var pipeline = PipelineGenerator.Generate(snapshot, RepositoryModelBuilder.Build(snapshot).Model, platform, new());
        Assert.True(pipeline.IsProven, string.Join("; ", pipeline.Checks.Where(check => !check.Passed)));
        return pipeline.Files[0].Text;
    }
}
