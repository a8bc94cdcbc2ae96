using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags a variable that is read in the instruction that sets it.</summary>
internal sealed partial class EnvReadsItself : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT039", "env-reads-itself", Category.CodeQuality, Severity.Medium,
        What: "An `ENV` that sets a variable and reads it in another of its values, where nothing in the file set it before.",
        Why: "All values of one instruction are read before any is set: the variable is empty there.",
        Remedy: "Set the variable in an `ENV` of its own before.")
    {
        Equivalents = ["hadolint/DL3044"],
        References = ["https://docs.docker.com/reference/dockerfile/#environment-replacement"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        // A base image of which nothing is known may set anything, and so may a stage before.
        foreach (var stage in dockerfile.BuildStages.Where(stage => stage is { Parent: null, Base: { } image } && KnownImages.StartAsRoot.Contains(image.Name)))
        {
            var set = new HashSet<string>(StringComparer.Ordinal) { "PATH", "HOME", "HOSTNAME", "TERM", "LANG", "GOPATH", "JAVA_HOME", "CARGO_HOME", "RUSTUP_HOME" };
            foreach (var instruction in stage.Instructions.Where(instruction => instruction.Keyword is "ENV" or "ARG" && instruction.Arguments.Length < 20_000))
            {
                var pairs = instruction.Assignments().ToList();
                if (instruction.Keyword == "ENV" && pairs.Count > 1 && dockerfile.Escape == '\\' && !instruction.Arguments.Contains("\\$", StringComparison.Ordinal))
                {
                    var here = pairs.Select(pair => pair.Name).ToHashSet(StringComparer.Ordinal);
                    foreach (var (name, value) in pairs)
                    {
                        var read = Variable().Matches(value ?? "").Select(match => match.Groups["name"].Value).FirstOrDefault(variable => variable != name && here.Contains(variable) && !set.Contains(variable));
                        if (read is not null)
                        {
                            yield return At(file, instruction, $"{name} reads ${read}, which this same instruction sets.");
                        }
                    }
                }

                set.UnionWith(pairs.Select(pair => pair.Name));
            }
        }
    }

    [GeneratedRegex(@"\$\{?(?<name>[A-Za-z_][A-Za-z0-9_]*)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Variable();
}
