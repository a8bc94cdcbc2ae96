using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags a final image that cannot say whether it is well.</summary>
internal sealed class MissingHealthcheck : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT043", "missing-healthcheck", Category.CodeQuality, Severity.Info,
        What: "A final stage that starts a program and has no `HEALTHCHECK`.",
        Why: "Docker takes a program that hangs for one that works. Kubernetes has checks of its own.",
        Remedy: "Add a `HEALTHCHECK`, or `HEALTHCHECK NONE` where something else checks.")
    {
        Strict = true,
        Confidence = 0.9,
        Equivalents = ["hadolint/DL3057", "trivy/DS026", "checkov/CKV_DOCKER_2"],
        References = ["CIS Docker 4.6", "https://docs.docker.com/reference/dockerfile/#healthcheck"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        if (!DevelopmentImage.Is(file) && dockerfile.BuildStages is [.., var final] && final.Instructions.LastOrDefault(instruction => instruction.Keyword is "CMD" or "ENTRYPOINT") is { } start
            && !final.Chain().Any(stage => stage.Instructions.Any(instruction => instruction.Keyword == "HEALTHCHECK")))
        {
            yield return At(file, start, "Nothing says whether the program that starts here is well.");
        }
    }
}

/// <summary>Flags layers that could be one.</summary>
internal sealed class ConsecutiveRuns : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT044", "consecutive-runs", Category.Performance, Severity.Info,
        What: "Two `RUN` of one command each, one after the other, in the final image.",
        Why: "Each is a layer of its own; what one deletes stays in the layer before.",
        Remedy: "Join them with `&&`.")
    {
        Strict = true,
        Confidence = 0.9,
        Equivalents = ["hadolint/DL3059"],
        References = ["https://docs.docker.com/build/building/best-practices/#run"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        var all = dockerfile.Runs.ToDictionary(run => run.Instruction.StartLine);
        foreach (var stage in dockerfile.BuildStages.Where(stage => stage.IsShipped))
        {
            DockerRun? before = null;
            foreach (var instruction in stage.Instructions)
            {
                var run = instruction.Keyword == "RUN" && all.TryGetValue(instruction.StartLine, out var known) && known is { Commands.Count: 1, IsExec: false } && !instruction.Arguments.StartsWith("--", StringComparison.Ordinal) ? known : null;
                if (run is not null && before is not null)
                {
                    yield return At(file, instruction, $"This RUN could be one with that of line {before.Instruction.StartLine}.");
                }

                before = run;
            }
        }
    }
}

/// <summary>Flags two programs for the same purpose.</summary>
internal sealed class WgetAndCurl : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT045", "wget-and-curl", Category.Performance, Severity.Info,
        What: "`wget` and `curl` used in the same stage.",
        Why: "One of them is enough, and makes the image smaller.",
        Remedy: "Use only one.")
    {
        Strict = true,
        Equivalents = ["hadolint/DL4001", "trivy/DS014"],
        References = ["https://docs.docker.com/build/building/best-practices/#dont-install-unnecessary-packages"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        foreach (var stage in dockerfile.Runs.GroupBy(run => run.Stage))
        {
            var first = stage.SelectMany(run => run.Commands).FirstOrDefault(command => command.Is("wget", "curl"));
            var other = first is null ? null : stage.SelectMany(run => run.Commands).FirstOrDefault(command => command.Is("wget", "curl") && command.Program != first.Program);
            if (other is not null)
            {
                yield return Descriptor.At(file.Path, other.Line, $"`{other.Program}` is used here, and `{first!.Program}` on line {first.Line}.", other.EndLine);
            }
        }
    }
}

/// <summary>Flags a download that fills the log with its progress.</summary>
internal sealed class WgetProgress : RunRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT046", "wget-progress", Category.CodeQuality, Severity.Info,
        What: "`wget` without `-q`, `-nv` or `--progress`.",
        Why: "Where there is no terminal, it writes a line for every 50 kB.",
        Remedy: "Add `--progress=dot:giga`, `-nv` or `-q`.")
    {
        Strict = true,
        Equivalents = ["hadolint/DL3047"],
        References = ["https://www.gnu.org/software/wget/manual/html_node/Download-Options.html"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, DockerRun run)
    {
        // What Alpine calls wget knows -q only.
        if (run.Stage.Base?.Name is null or "alpine" or "busybox" || run.Stage.Base.Tag?.Contains("alpine", StringComparison.Ordinal) == true)
        {
            yield break;
        }

        foreach (var command in run.Commands.Where(command => command.Program == "wget"))
        {
            if (!command.HasShort('q', "OPoat") && !command.HasLong("--quiet", "--no-verbose", "--progress", "--output-file", "--append-output", "--version", "--spider") && !command.Arguments.Any(word => word.Text is "-nv" or "-o" or "-a" or "-V")
                && command.Arguments.FirstOrDefault(word => !word.Text.StartsWith('-')).Text is { } what)
            {
                yield return At(file, command, $"The progress of `wget {what}` fills the log.") with
                {
                    Fix = DockerFix.Insert(file, run, command, command.ProgramWord!.Value, " --progress=dot:giga", "Show less of the progress"),
                };
            }
        }
    }
}

/// <summary>Flags keys of labels that Docker keeps for itself or advises against.</summary>
internal sealed class InvalidLabelKey : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT047", "invalid-label-key", Category.CodeQuality, Severity.Info,
        What: "`LABEL` with a key of a reserved namespace, or with other characters than lower-case letters, digits, dots, hyphens and underscores.",
        Why: "Docker keeps `com.docker.`, `io.docker.` and `org.dockerproject.` for itself; tools do not agree about the rest.",
        Remedy: "Use the reversed name of a domain of yours, in lower case.")
    {
        Strict = true,
        Confidence = 0.9,
        Equivalents = ["hadolint/DL3048"],
        References = ["https://docs.docker.com/engine/manage-resources/labels/#key-format-recommendations"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        foreach (var label in dockerfile.Instructions.Where(instruction => instruction.Keyword == "LABEL"))
        {
            foreach (var key in label.Assignments().Where(pair => pair.Value is not null).Select(pair => pair.Name))
            {
                var isReserved = key.StartsWith("com.docker.", StringComparison.Ordinal) && !key.StartsWith("com.docker.extension.", StringComparison.Ordinal) && !key.StartsWith("com.docker.desktop.", StringComparison.Ordinal)
                    || key.StartsWith("io.docker.", StringComparison.Ordinal) || key.StartsWith("org.dockerproject.", StringComparison.Ordinal);
                if (key.Length > 0 && !key.Contains('$', StringComparison.Ordinal) && (isReserved || !IsWellFormed(key)))
                {
                    yield return At(file, label, $"'{key}' is {(isReserved ? "reserved for Docker" : "not the form that is recommended for keys")}.");
                }
            }
        }
    }

    private static bool IsWellFormed(string key) =>
        char.IsAsciiLetterOrDigit(key[0]) && char.IsAsciiLetterOrDigit(key[^1]) && key.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '.' or '-' or '_' or '/');
}

/// <summary>Flags a pipe whose first half may fail unnoticed.</summary>
internal sealed class PipeWithoutPipefail : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT048", "pipe-without-pipefail", Category.CodeQuality, Severity.Low,
        What: "A pipe in a `RUN` whose shell does not have `pipefail`.",
        Why: "Only the last command decides: the build goes on when the first fails.",
        Remedy: "Put `SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]` before, or begin the `RUN` with `set -o pipefail`.")
    {
        Strict = true,
        Equivalents = ["hadolint/DL4006"],
        References = ["https://docs.docker.com/build/building/best-practices/#using-pipes"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        var shells = dockerfile.Instructions.Where(instruction => instruction.Keyword == "SHELL").ToList();
        foreach (var run in dockerfile.Runs)
        {
            WorkBudget.Spend(1 + run.Commands.Count);
            var pipe = run.Commands.FirstOrDefault(command => command.Next == ShellJoin.Pipe && !command.Is("echo", "printf", "yes", "cat", ":", "true"));
            if (pipe is not null && !shells.Take(100).Any(shell => shell.StartLine < run.Instruction.StartLine && shell.Arguments.Contains("pipefail", StringComparison.Ordinal))
                && !run.Commands.Any(command => command.Program == "set" && command.Arguments.Any(word => word.Text == "pipefail")))
            {
                yield return Descriptor.At(file.Path, pipe.Line, $"The build does not notice when `{pipe.Program}` fails.", pipe.EndLine);
            }
        }
    }
}
