using System.Globalization;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags <c>COPY --from</c> a stage that cannot be copied from.</summary>
internal sealed class UnknownCopyStage : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT033", "unknown-copy-stage", Category.CodeQuality, Severity.Medium,
        What: "`COPY --from` the stage itself, a later stage, a number that no earlier stage has, or a misspelt name.",
        Why: "The build fails, or fetches a stranger's image of that name.",
        Remedy: "Name an earlier stage.")
    {
        Equivalents = ["hadolint/DL3022", "hadolint/DL3023", "trivy/DS006"],
        References = ["https://docs.docker.com/build/building/multi-stage/"],
    };

    /// <summary>Nobody chooses among more stages.</summary>
    private const int MaxNames = 50;

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        var all = dockerfile.BuildStages.Where(stage => stage.Stage.Name is not null).Select(stage => stage.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var earlier = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var stage in dockerfile.BuildStages)
        {
            foreach (var copy in stage.Instructions.Where(instruction => instruction.Keyword == "COPY"))
            {
                if (CopyWords.Flag(copy, "from")?.Trim('"') is { Length: > 0 } from && Problem(from, stage, earlier, all) is { } problem)
                {
                    yield return At(file, copy, problem);
                }
            }

            earlier.Add(stage.Name);
        }
    }

    private static string? Problem(string from, BuildStage stage, HashSet<string> earlier, HashSet<string> all)
    {
        if (earlier.Contains(from))
        {
            return null;
        }

        if (int.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number < stage.Index ? null : $"There is no stage {number} before this one.";
        }

        if (string.Equals(from, stage.Stage.Name, StringComparison.OrdinalIgnoreCase))
        {
            return $"'{from}' is this stage itself.";
        }

        // Each may be compared with each, letter by letter.
        WorkBudget.Spend((long)Math.Min(earlier.Count, MaxNames) * Math.Min(from.Length, 64) * Math.Min(from.Length, 64) / 8);

        // Any other name may be an image, or a context that the command line gives.
        return all.Contains(from) ? $"The stage '{from}' comes later."
            : from.AsSpan().IndexOfAny("/:.$@") < 0 && from.Length > 3 && NearestName.Of(from, earlier.Take(MaxNames).Where(name => name.Length > 3), limit: 2) is { } near ? $"There is no stage '{from}'; '{near}' is near."
            : null;
    }
}

/// <summary>Flags two stages of one name.</summary>
internal sealed class DuplicateStage : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT034", "duplicate-stage", Category.CodeQuality, Severity.Medium,
        What: "Two stages with the same name.",
        Why: "Which one `--target` and `COPY --from` mean depends on where they stand.",
        Remedy: "Rename one of them.")
    {
        Confidence = 0.97,
        Equivalents = ["hadolint/DL3024", "docker/DuplicateStageName", "trivy/DS012", "checkov/CKV_DOCKER_11"],
        References = ["https://docs.docker.com/reference/build-checks/duplicate-stage-name/"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        var known = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var stage in dockerfile.Stages.Where(stage => stage.Name is not null))
        {
            if (!known.TryAdd(stage.Name!, stage.From.StartLine))
            {
                yield return At(file, stage.From, $"The stage of line {known[stage.Name!]} is called '{stage.Name}', too.");
            }
        }
    }
}

/// <summary>Flags a base image of one platform only.</summary>
internal sealed class FixedPlatform : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT035", "fixed-platform", Category.CodeQuality, Severity.Low,
        What: "`FROM --platform` with a constant.",
        Why: "The image is of that platform wherever it is built, and emulated everywhere else.",
        Remedy: "Leave it out, or write `$BUILDPLATFORM` or `$TARGETPLATFORM`.")
    {
        Strict = true,
        Equivalents = ["hadolint/DL3029", "docker/FromPlatformFlagConstDisallowed"],
        References = ["https://docs.docker.com/reference/build-checks/from-platform-flag-const-disallowed/"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        foreach (var stage in dockerfile.Stages)
        {
            if (CopyWords.Flag(stage.From, "platform") is { Length: > 0 } platform && !platform.Contains('$', StringComparison.Ordinal))
            {
                yield return At(file, stage.From, $"The platform is always {platform}.");
            }
        }
    }
}
