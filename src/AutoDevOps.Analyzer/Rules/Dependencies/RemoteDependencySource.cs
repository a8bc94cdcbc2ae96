using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Dependencies;

/// <summary>Flags a dependency taken from a branch or an address, past the registry.</summary>
internal sealed partial class RemoteDependencySource : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "DEP003", "remote-dependency-source", Category.Dependencies, Severity.Medium,
        What: "A dependency from a git repository without a commit, or over plain HTTP.",
        Why: "It can change without a new version, and nothing says so.",
        Remedy: "Use a released version, or name the full commit.")
    {
        Confidence = 0.95,
        Equivalents = ["scorecard/Pinned-Dependencies"],
        References = ["CWE-494", "CWE-829", "OWASP A08:2021", "OWASP CICD-SEC-3"],
    };

    public bool Reads(SnapshotFile file) =>
        !file.IsTest && (file.Name == "package.json" || (file.Extension == ".txt" && file.Name.StartsWith("requirements", StringComparison.Ordinal)));

    public IEnumerable<Finding> Check(SnapshotFile file) => file.Name == "package.json" ? Node(file) : Python(file);

    private IEnumerable<Finding> Node(SnapshotFile file)
    {
        foreach (var group in (string[])["dependencies", "devDependencies", "optionalDependencies"])
        {
            foreach (var (name, value) in file.Json().Root?[group]?.Entries ?? [])
            {
                if (value.Text is { } source && (source.StartsWith("http://", StringComparison.Ordinal) || (NodeGit().IsMatch(source) && !Commit().IsMatch(source) && !source.Contains("#semver:", StringComparison.Ordinal))))
                {
                    yield return Descriptor.At(file.Path, value.Line, $"'{name.Text}' comes from '{WithoutCredentials(source)}', which can change without a new version.");
                }
            }
        }
    }

    private IEnumerable<Finding> Python(SnapshotFile file)
    {
        foreach (var (number, text) in file.Lines())
        {
            var line = text.Split(" #")[0].Trim();
            if (PythonGit().IsMatch(line) && !Commit().IsMatch(line))
            {
                yield return Descriptor.At(file.Path, number, $"'{WithoutCredentials(line)}' names no full commit.");
            }
            else if (!line.StartsWith('#') && PlainHttp().IsMatch(line))
            {
                yield return Descriptor.At(file.Path, number, $"'{WithoutCredentials(line)}' is fetched over plain HTTP.");
            }
        }
    }

    private static string WithoutCredentials(string source) => Credentials().Replace(source, "//…@");

    [GeneratedRegex(@"^(git(\+(ssh|https?|file))?:|git@|github:|gitlab:|bitbucket:|[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+(#|$))", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NodeGit();

    [GeneratedRegex(@"^(-e\s+|--editable\s+)?([A-Za-z0-9_.\[\]-]+\s*@\s*)?git\+", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex PythonGit();

    [GeneratedRegex(@"^(-e\s+|--(extra-)?index-url[=\s]|-i\s+)?([A-Za-z0-9_.\[\]-]+\s*@\s*)?http://(?!localhost|127\.)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex PlainHttp();

    [GeneratedRegex(@"[#@][0-9a-fA-F]{40}\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Commit();

    [GeneratedRegex(@"//[^/@\s]+@", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Credentials();
}
