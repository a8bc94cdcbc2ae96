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
