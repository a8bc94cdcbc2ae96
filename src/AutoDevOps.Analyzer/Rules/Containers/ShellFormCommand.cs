using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags a program that is started through a shell for no reason.</summary>
internal sealed partial class ShellFormCommand : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT036", "shell-form-command", Category.CodeQuality, Severity.Low,
        What: "`CMD` or `ENTRYPOINT` of the final image as plain words, with nothing in them that needs a shell.",
        Why: "A shell stands between the program and signals: it may not see that it is told to stop, and arguments to `docker run` are lost.",
        Remedy: "Write a JSON array: `CMD [\"program\", \"argument\"]`.")
    {
        Equivalents = ["hadolint/DL3025", "docker/JSONArgsRecommended"],
        References = ["https://docs.docker.com/reference/build-checks/json-args-recommended/"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        foreach (var stage in dockerfile.BuildStages)
        {
            // Who chooses a shell wants one.
            if (!stage.IsShipped || stage.IsWindows || stage.Chain().Any(other => other.Instructions.Any(instruction => instruction.Keyword == "SHELL")))
            {
                continue;
            }

            foreach (var keyword in (string[])["ENTRYPOINT", "CMD"])
            {
                if (stage.Instructions.LastOrDefault(instruction => instruction.Keyword == keyword) is { } instruction && Problem(instruction) is { } problem)
                {
                    yield return At(file, instruction, problem) with { Fix = Repair(file, instruction) };
                }
            }
        }
    }

    private static string? Problem(DockerInstruction instruction)
    {
        var text = instruction.Arguments;
        if (text.StartsWith('['))
        {
            return text.EndsWith(']') && text.Length < 2000 && text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) && DockerRun.Array(text) is null
                ? $"This {instruction.Keyword} is no JSON, which knows double quotes only: a shell gets it as it stands." : null;
        }

        return PlainWords().IsMatch(text) && !BuiltIn().IsMatch(text) ? $"{instruction.Keyword} starts `{text.Split(' ')[0]}` through a shell." : null;
    }

    private static Fix? Repair(SnapshotFile file, DockerInstruction instruction)
    {
        if (instruction.StartLine != instruction.EndLine)
        {
            return null;
        }

        var text = instruction.Arguments;
        var json = text.StartsWith('[') ? text.Replace('\'', '"') : $"[{string.Join(", ", text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => $"\"{word}\""))}]";
        return DockerRun.Array(json) is null ? null : new("Write it as a JSON array", file.Path, [new Edit(instruction.StartLine, instruction.EndLine, $"{instruction.Keyword} {json}")]);
    }

    // Nothing that a shell would look at twice.
    [GeneratedRegex(@"^[A-Za-z0-9_./:=,@%+ -]{1,500}$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex PlainWords();

    /// <summary>Built into a shell, or given a variable first.</summary>
    [GeneratedRegex(@"^([A-Za-z_][A-Za-z0-9_]*=|(exec|cd|source|set|export|eval|ulimit|umask|\.|exit|trap|wait|test|command|true|false|:)( |$))", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex BuiltIn();
}
