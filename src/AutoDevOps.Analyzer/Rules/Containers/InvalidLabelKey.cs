using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

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
