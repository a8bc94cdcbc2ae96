using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Repository;

/// <summary>Flags lines of CODEOWNERS that GitHub skips.</summary>
internal sealed partial class InvalidCodeOwners : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "REP013", "invalid-code-owners", Category.CodeQuality, Severity.Medium,
        What: "A line of `CODEOWNERS` with an owner that is no `@user`, `@organization/team` or address, or with a pattern that GitHub does not take (`!`, `[`).",
        Why: "GitHub skips the line: nobody is asked to review what it was to protect.",
        Remedy: "Write the owner with its `@`, and the pattern without these.")
    {
        Equivalents = ["gh/codeowners-errors"],
        References = ["https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners"],
    };

    private const int MaxBytes = 3 * 1024 * 1024;

    public bool Reads(SnapshotFile file) => file.Path is "CODEOWNERS" or ".github/CODEOWNERS" or "docs/CODEOWNERS" && file.Size < MaxBytes;

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        // Sections in brackets are GitLab's.
        if (file.Lines().Any(line => line.Text.StartsWith('[') || line.Text.StartsWith("^[", StringComparison.Ordinal)))
        {
            yield break;
        }

        foreach (var (number, text) in file.Lines())
        {
            // A space in a path is written with a backslash before it.
            var words = text.Replace("\\ ", "_", StringComparison.Ordinal).Split(['#'], 2)[0].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || text.StartsWith('#') || text.Contains("\\#", StringComparison.Ordinal))
            {
                continue;
            }

            if (words[0][0] == '!' || words[0].Contains('[', StringComparison.Ordinal))
            {
                yield return Descriptor.At(file.Path, number, $"GitHub takes no pattern such as '{words[0]}'.");
            }
            else if (words.Skip(1).FirstOrDefault(owner => !Owner().IsMatch(owner)) is { } stranger)
            {
                yield return Descriptor.At(file.Path, number, $"'{stranger}' is no owner.");
            }
        }
    }

    [GeneratedRegex(@"^(@[A-Za-z0-9][A-Za-z0-9_-]*(/[A-Za-z0-9_.-]+)?|[^@\s]+@[^@\s]+\.[A-Za-z]+)$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Owner();
}
