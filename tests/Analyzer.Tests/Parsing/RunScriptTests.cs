using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Tests.Parsing;

public sealed class RunScriptTests
{
    [Theory]
    [InlineData("a b && c || d; e | f & g", "a b And|c Or|d Sequence|e Pipe|f Background|g End")]
    [InlineData("a 2>&1 | b > c 2> d &>e <f", "a Pipe|b End")]
    [InlineData("(a; b) | c", "a Sequence|b Pipe|c End")]
    [InlineData("if a; then b; else c; fi", "a Sequence|b Sequence|c Sequence|fi End")]
    [InlineData("while ! a; do b; done", "a Sequence|b Sequence|done End")]
    [InlineData("{ a; b; }", "a Sequence|b Sequence|} End")]
    [InlineData("a 'b && c' \"d; e\" f\\ g h\\;i", "a b && c d; e f g h;i End")]
    [InlineData("a # b && c", "a End")]
    [InlineData("a#b c", "a#b c End")]
    [InlineData("A=1 B='2 3' sudo -E env C=4 /usr/bin/a b", "a b End")]
    [InlineData("sudo -u someone a b", "a b End")]
    [InlineData("a \"$(b c)\" `d` ${e:-$(f)}", "a $(b c) `d` ${e:-$(f)} End|b c End|d End")]
    [InlineData("a <(b | c)", "a <(b | c) End|b Pipe|c End")]
    [InlineData("a $((1 + 2)) $(", "a $((1 + 2)) $( End")]
    [InlineData("a 'b", "a b End")]
    [InlineData("", "")]
    [InlineData("&& ; |", "")]
    public void A_line_is_taken_apart_into_commands(string line, string expected) =>
        Assert.Equal(expected, string.Join('|', Commands("RUN " + line).Select(Told)));

    [Fact]
    public void Words_know_their_lines_through_continuations_and_comments()
    {
        var commands = Commands("RUN a && \\\n  # comment\n\n    b \\\n      c; \\\n  d");

        Assert.Equal(["a 2-2", "b 5-6", "d 7-7"], commands.Select(command => $"{command.Program} {command.Line}-{command.EndLine}"));
        Assert.Equal(3, Commands("RUN if a; then \\\n  b; fi")[1].Line);
        Assert.Equal((6, 6), commands[1].Source.Place(commands[1].Arguments.Single().Start));
    }

    [Fact]
    public void A_heredoc_is_the_script_when_a_shell_reads_it()
    {
        Assert.Equal(["a 3", "b 5", "c 5"], Commands("RUN <<EOF\na \\\n  x\nb; c # d\nEOF").Where(command => command.Program.Length > 0).Select(command => $"{command.Program} {command.Line}"));
        Assert.Equal(["a Pipe", "b And", "c Sequence", "d End"], Commands("RUN <<EOF\na |\n  b &&\n\nc\n\nd\nEOF").Where(command => command.Program.Length > 0).Select(Told));
        Assert.Equal(["bash", "a"], Commands("RUN bash <<'EOF'\na\nEOF").Select(command => command.Program));
        Assert.Equal(["cat"], Commands("RUN cat <<EOF > /x\na\nEOF").Select(command => command.Program));
        Assert.DoesNotContain(Commands("RUN <<EOF\n#!/usr/bin/env python3\nprint(1)\nEOF"), command => command.Program.Length > 0);
    }

    [Theory]
    [InlineData("FROM mcr.microsoft.com/windows/servercore:ltsc2025\nRUN a")]
    [InlineData("FROM a\nSHELL [\"powershell\", \"-Command\"]\nRUN a")]
    [InlineData("FROM a\nSHELL [\"python3\", \"-c\"]\nRUN a")]
    [InlineData("FROM a AS b\nSHELL [\"cmd\", \"/S\", \"/C\"]\nFROM b\nRUN a")]
    [InlineData("# escape=`\nFROM a\nRUN a")]
    public void What_no_POSIX_shell_reads_has_no_commands(string text) => Assert.Empty(Parse(text).Runs);

    [Fact]
    public void Stages_know_what_they_build_on_and_what_is_shipped()
    {
        var stages = Parse("ARG V=13\nFROM debian:$V AS base\nFROM node:24 AS unused\nFROM base AS final\nFROM final\n").BuildStages;

        Assert.Equal(["base True debian", "unused False node", "final True debian", "3 True debian"], stages.Select(stage => $"{stage.Name} {stage.IsShipped} {stage.Base?.Name}"));
        Assert.Equal(["3", "final", "base"], stages[3].Chain().Select(stage => stage.Name));
    }

    private static string Told(RunCommand command) => string.Join(' ', [command.Program, .. command.Arguments.Select(word => word.Text), command.Next.ToString()]);

    private static IReadOnlyList<RunCommand> Commands(string run) => Parse("FROM a\n" + run + "\n").Runs.Single().Commands;

    private static Dockerfile Parse(string text) => Dockerfile.Parse(SnapshotFile.FromText("Dockerfile", text));
}
