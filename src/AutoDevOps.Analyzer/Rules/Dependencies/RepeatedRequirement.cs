using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Dependencies;

/// <summary>Flags packages that are asked for twice, in different versions.</summary>
internal sealed partial class RepeatedRequirement : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "DEP016", "repeated-requirement", Category.Dependencies, Severity.Low,
        What: "A package that `requirements.txt` pins to two versions, or that `package.json` has among both kinds of dependencies.",
        Why: "The file is refused by pip; npm takes one of the two, and not the one a reader expects.",
        Remedy: "Keep one of the two.")
    {
        References = ["CWE-1357", "https://pip.pypa.io/en/stable/reference/requirements-file-format/"],
    };

    public bool Reads(SnapshotFile file) =>
        !file.IsTest && (file.Name == "package.json" || (file.Extension == ".txt" && file.Name.StartsWith("requirements", StringComparison.Ordinal)));

    public IEnumerable<Finding> Check(SnapshotFile file) => file.Name == "package.json" ? Node(file) : Python(file);

    private IEnumerable<Finding> Node(SnapshotFile file) =>
        from pair in file.Json().Root?["devDependencies"]?.Entries ?? []
        let other = pair.Key.Text is { } name ? file.Json().Root!["dependencies"]?[name] : null
        where other?.Text is not null && other.Text != pair.Value.Text
        select Descriptor.At(file.Path, pair.Key.Line, $"'{pair.Key.Text}' is asked for as '{pair.Value.Text}' here and as '{other.Text}' above.");

    private IEnumerable<Finding> Python(SnapshotFile file)
    {
        var seen = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (number, text) in file.Lines())
        {
            // With a condition both may be right.
            if (text.Contains(';', StringComparison.Ordinal) || Pin().Match(text) is not { Success: true } match)
            {
                continue;
            }

            var (name, version) = (match.Groups["name"].Value.Replace('_', '-'), match.Groups["version"].Value);
            if (!seen.TryAdd(name, version) && seen[name] != version)
            {
                yield return Descriptor.At(file.Path, number, $"'{name}' is pinned to {seen[name]} and to {version}.");
            }
        }
    }

    [GeneratedRegex(@"^(?<name>[A-Za-z0-9][A-Za-z0-9._-]*)(\[[^\]]*\])?\s*==\s*(?<version>[0-9][^\s\\]*)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Pin();
}
