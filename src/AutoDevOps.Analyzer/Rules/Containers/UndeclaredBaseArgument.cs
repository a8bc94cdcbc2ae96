using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags a base image made of an argument that is not declared before it.</summary>
internal sealed partial class UndeclaredBaseArgument : DockerfileRule
{
    /// <summary>What BuildKit sets for every build.</summary>
    private static readonly HashSet<string> Predefined = new(StringComparer.Ordinal)
    {
        "BUILDPLATFORM", "BUILDOS", "BUILDARCH", "BUILDVARIANT", "TARGETPLATFORM", "TARGETOS", "TARGETARCH", "TARGETVARIANT", "TARGETOSVERSION", "BUILDOSVERSION", "TARGETSTAGE",
    };

    public override RuleDescriptor Descriptor { get; } = new(
        "CNT058", "undeclared-base-argument", Category.CodeQuality, Severity.High,
        What: "`FROM` with a variable that no `ARG` before the first `FROM` declares.",
        Why: "The variable is empty there, whatever the command line gives, and the build fails or takes another image.",
        Remedy: "Declare it with `ARG` above the first `FROM`.")
    {
        Confidence = 0.97,
        Equivalents = ["docker/UndefinedArgInFrom"],
        References = ["https://docs.docker.com/reference/build-checks/undefined-arg-in-from/"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        var declared = dockerfile.Instructions.TakeWhile(instruction => instruction.Keyword != "FROM").Where(instruction => instruction.Keyword == "ARG")
            .SelectMany(instruction => instruction.Assignments()).Select(pair => pair.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var stage in dockerfile.Stages)
        {
            // ${A:-b} says what to do without.
            var missing = Variable().Matches(stage.Image.Length < 1000 ? stage.Image : "").Where(match => match.Groups["end"].Value is "}" or "").Select(match => match.Groups["name"].Value)
                .FirstOrDefault(name => !declared.Contains(name) && !Predefined.Contains(name));
            if (missing is not null && !stage.Image.Contains("{{", StringComparison.Ordinal))
            {
                yield return At(file, stage.From, $"No ARG above the first FROM declares ${missing}.");
            }
        }
    }

    [GeneratedRegex(@"\$(\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(?<end>.)|(?<name>[A-Za-z_][A-Za-z0-9_]*))", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Variable();
}
