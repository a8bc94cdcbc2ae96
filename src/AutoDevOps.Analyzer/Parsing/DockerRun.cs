using System.Text.Json;

namespace AutoDevOps.Analyzer.Parsing;

/// <summary>A <c>RUN</c> with the commands that a POSIX shell makes of it.</summary>
/// <param name="IsExec">Whether it is written as a JSON array: one command, whose words have no place of their own.</param>
internal sealed record DockerRun(Dockerfile Dockerfile, BuildStage Stage, DockerInstruction Instruction, IReadOnlyList<RunCommand> Commands, bool IsExec)
{
    /// <summary>Whether something is mounted that keeps what is written there out of the layer.</summary>
    public bool HasCacheMount => Instruction.HasFlag("mount=") && (Instruction.Arguments.Contains("type=cache", StringComparison.Ordinal) || Instruction.Arguments.Contains("type=tmpfs", StringComparison.Ordinal));

    /// <summary>The <c>RUN</c>s of every stage that a POSIX shell reads; those for Windows, other shells and other languages are left out.</summary>
    public static IReadOnlyList<DockerRun> Of(Dockerfile dockerfile)
    {
        List<DockerRun> runs = [];
        var commands = 0;
        var shells = new Dictionary<BuildStage, bool>();
        foreach (var stage in dockerfile.BuildStages)
        {
            // The shell is part of an image's configuration, and so goes on into the stages that build on it.
            var isPosix = stage.Parent is null || shells[stage.Parent];
            foreach (var instruction in stage.Instructions)
            {
                if (instruction.Keyword == "SHELL")
                {
                    isPosix = IsPosixShell(instruction.Arguments);
                }
                else if (instruction.Keyword == "RUN" && !stage.IsWindows && isPosix && dockerfile.Escape == '\\' && commands < RunScript.MaxCommands)
                {
                    var read = Read(instruction, out var isExec);
                    commands += 1 + read.Count;
                    runs.Add(new(dockerfile, stage, instruction, read, isExec));
                }
            }

            shells[stage] = isPosix;
        }

        return runs;
    }

    private static bool IsPosixShell(string shell) =>
        Array(shell) is [var program, ..] && program[(program.LastIndexOf('/') + 1)..] is "sh" or "bash" or "ash" or "dash" or "zsh" or "ksh";

    private static List<RunCommand> Read(DockerInstruction instruction, out bool isExec)
    {
        var start = AfterFlags(instruction);
        if (start < instruction.Text.Text.Length && instruction.Text.Text[start] == '[' && Array(instruction.Text.Text[start..]) is { } array)
        {
            isExec = true;
            return [new(instruction.Text, [.. array.Select(word => new ShellWord(word, start, start + 1, IsQuoted: true))], [], 0)];
        }

        isExec = false;
        var commands = RunScript.Parse(instruction.Text, start, joinsLines: true);
        if (instruction.Heredocs is [var only] && IsScript(commands, only))
        {
            commands = [.. commands.Where(command => command.Words.Count > 0), .. RunScript.Parse(only.Text, 0, joinsLines: false)];
        }

        return commands;
    }

    /// <summary>Whether a heredoc is what the shell runs, or what another shell is given to run.</summary>
    private static bool IsScript(List<RunCommand> commands, DockerHeredoc heredoc) =>
        commands is [{ Words.Count: 0 }] or [{ Program: "sh" or "bash" or "ash" or "dash" }]
        && (!heredoc.Text.Text.StartsWith("#!", StringComparison.Ordinal) || heredoc.Text.Text.AsSpan(0, heredoc.Text.Text.IndexOf('\n', StringComparison.Ordinal)).TrimEnd().EndsWith("sh"));

    private static int AfterFlags(DockerInstruction instruction)
    {
        var text = instruction.Text.Text;
        var at = instruction.ArgumentsStart;
        while (at + 1 < text.Length && text[at] == '-' && text[at + 1] == '-')
        {
            var end = text.AsSpan(at).IndexOfAny(" \t\n");
            at = end < 0 ? text.Length : at + end;
            at += text.AsSpan(at).IndexOfAnyExcept(" \t\n") is var blank and >= 0 ? blank : text.Length - at;
        }

        return at;
    }

    /// <summary>The words of an exec form, or null when it is none.</summary>
    internal static string[]? Array(string text)
    {
        var trimmed = text.AsSpan().Trim();
        if (trimmed.Length < 2 || trimmed[0] != '[' || trimmed[^1] != ']' || trimmed.Length > 20_000)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(trimmed.ToString());
            return document.RootElement.EnumerateArray().All(element => element.ValueKind == JsonValueKind.String)
                ? [.. document.RootElement.EnumerateArray().Select(element => element.GetString()!)]
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
