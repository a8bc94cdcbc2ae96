using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Dependencies;

/// <summary>Flags repositories of packages that are read in clear.</summary>
internal sealed partial class PlainHttpRepository : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "DEP007", "plain-http-repository", Category.Security, Severity.High,
        What: "A repository or registry of packages with an address of `http://` (Maven, Gradle, npm, NuGet, Bundler, pip).",
        Why: "Whoever sits in between replaces a package, which then runs in the build.",
        Remedy: "Use `https://`.")
    {
        Confidence = 0.95,
        Equivalents = ["codeql/java/maven/non-https-url", "sonar/S5332"],
        References = ["CWE-319", "CWE-829", "CWE-494", "OWASP CICD-SEC-3"],
    };

    public bool Reads(SnapshotFile file) => !file.IsTest && Pattern(file.Name) is not null;

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        var isComment = false;
        var before = "";
        foreach (var (number, text) in file.Lines())
        {
            // An address of Gradle may as well be one of a licence.
            var isRepository = file.Name.Contains("gradle", StringComparison.Ordinal) ? Repository().IsMatch(before + text) : true;
            before = text.Trim().Length > 0 ? text : before;
            isComment = file.Extension == ".xml" ? (isComment || text.Contains("<!--", StringComparison.Ordinal)) && !text.Contains("-->", StringComparison.Ordinal) : text.TrimStart() is var line && (line.StartsWith('#') || line.StartsWith("//", StringComparison.Ordinal));
            if (!isComment && isRepository && Pattern(file.Name)!.Match(text) is { Success: true } match && !Local().IsMatch(match.Groups["host"].Value))
            {
                yield return Descriptor.At(file.Path, number, $"Packages from '{match.Groups["host"].Value}' come in clear.");
            }
        }
    }

    private static Regex? Pattern(string name) => name.ToLowerInvariant() switch
    {
        "pom.xml" => Maven(),
        "build.gradle" or "build.gradle.kts" or "settings.gradle" or "settings.gradle.kts" => Gradle(),
        ".npmrc" or ".yarnrc" => Node(),
        "nuget.config" => NuGet(),
        "gemfile" => Bundler(),
        "pip.conf" or "pip.ini" => Pip(),
        _ => null,
    };

    [GeneratedRegex(@"^\s*<url>\s*http://(?<host>[^/<:\s]+)[^<]*(maven|repo|nexus|artifactory|m2)[^<]*</url>", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Maven();

    [GeneratedRegex(@"\b(maven|ivy)\s*[({]", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Repository();

    [GeneratedRegex(@"\b(url|setUrl|maven)\s*[=({]*\s*(uri\()?['""]http://(?<host>[^/'"":]+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Gradle();

    [GeneratedRegex(@"^\s*(@[\w.-]+:)?registry[\s=]+""?http://(?<host>[^/""\s:]+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Node();

    [GeneratedRegex(@"<add\s+key=""[^""]*""\s+value=""http://(?<host>[^/"":]+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex NuGet();

    [GeneratedRegex(@"^\s*source\s+['""]http://(?<host>[^/'"":]+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Bundler();

    [GeneratedRegex(@"^\s*(extra-)?index-url\s*=\s*http://(?<host>[^/\s:]+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Pip();

    [GeneratedRegex(@"^(localhost|127\..*|0\.0\.0\.0|10\..*|192\.168\..*|.*\.local|host\.docker\.internal)$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Local();
}
