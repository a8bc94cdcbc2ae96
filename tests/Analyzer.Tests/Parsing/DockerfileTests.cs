using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Tests.Parsing;

public sealed class DockerfileTests
{
    [Fact]
    public void Instructions_have_their_lines_through_continuations_comments_and_heredocs()
    {
        var dockerfile = Parse("# comment\nFROM a AS b\nRUN one && \\\n  # inside\n\n  two\nRUN <<EOF\nUSER root\nEOF\nCOPY <<'X' <<Y /dest\nx\nX\ny\nY\nCMD [\"z\"]\n");

        Assert.Equal(
            ["FROM 2-2", "RUN 3-6", "RUN 7-9", "COPY 10-14", "CMD 15-15"],
            dockerfile.Instructions.Select(instruction => $"{instruction.Keyword} {instruction.StartLine}-{instruction.EndLine}"));
        Assert.Equal("USER root\n", dockerfile.Instructions[2].Body);
        Assert.Equal("b", dockerfile.Stages.Single().Name);
    }

    [Fact]
    public void The_escape_directive_is_honoured()
    {
        var dockerfile = Parse("# escape=`\nFROM a\nRUN dir C:\\\nCMD x\n");

        Assert.Equal(["FROM", "RUN", "CMD"], dockerfile.Instructions.Select(instruction => instruction.Keyword));
    }

    [Theory]
    [InlineData("a:$V", "a:1")]
    [InlineData("a:${V}", "a:1")]
    [InlineData("a:${W:-2}", "a:2")]
    [InlineData("a:${W}", null)]
    [InlineData("a:${V%x}", null)]
    public void Variables_are_replaced_when_they_are_known(string text, string? expected) =>
        Assert.Equal(expected, Dockerfile.Substitute(text, new Dictionary<string, string> { ["V"] = "1" }));

    [Fact]
    public void Assignments_know_both_forms_of_env()
    {
        var dockerfile = Parse("FROM a\nENV A=1 B=\"two words\" \\\n  C=3\nENV D four words\nARG E\n");

        Assert.Equal(
            ["A=1", "B=two words", "C=3", "D=four words", "E="],
            dockerfile.Instructions.Skip(1).SelectMany(instruction => instruction.Assignments()).Select(pair => $"{pair.Name}={pair.Value}"));
    }

    [Theory]
    [InlineData("docker.io/library/node:22", "node", "22", null)]
    [InlineData("host:5000/a/b", "host:5000/a/b", null, null)]
    [InlineData("a:1@sha256:x", "a", "1", "sha256:x")]
    public void Images_are_taken_apart(string image, string name, string? tag, string? digest) =>
        Assert.Equal(new ImageReference(name, tag, digest), ImageReference.Parse(image));

    private static Dockerfile Parse(string text) => Dockerfile.Parse(SnapshotFile.FromText("Dockerfile", text));
}
