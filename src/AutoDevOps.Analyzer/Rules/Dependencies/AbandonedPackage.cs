using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Dependencies;

/// <summary>Flags packages with known holes that nobody mends.</summary>
internal sealed partial class AbandonedPackage : IFileRule
{
    private static readonly Dictionary<string, (string Hole, string Instead)> Npm = new(StringComparer.Ordinal)
    {
        ["request"] = ("CVE-2023-28155", "use fetch or undici"),
        ["xmldom"] = ("CVE-2022-39353", "use @xmldom/xmldom"),
        ["ip"] = ("CVE-2024-29415", "use ipaddr.js"),
        ["dicer"] = ("CVE-2022-24434", "use @fastify/busboy"),
        ["safe-eval"] = ("CVE-2023-26121", "evaluate nothing that comes from outside"),
        ["xlsx"] = ("CVE-2023-30533", "the mended versions are not on the registry of npm"),
        ["node-serialize"] = ("CVE-2017-5941", "use JSON"),
    };

    private static readonly Dictionary<string, (string Hole, string Instead)> PyPi = new(StringComparer.Ordinal)
    {
        ["pycrypto"] = ("CVE-2018-6594", "use cryptography or pycryptodome"),
    };

    private static readonly Dictionary<string, (string Hole, string Instead)> Go = new(StringComparer.Ordinal)
    {
        ["github.com/dgrijalva/jwt-go"] = ("CVE-2020-26160", "use github.com/golang-jwt/jwt"),
        ["github.com/satori/go.uuid"] = ("CVE-2021-3538", "use github.com/google/uuid"),
    };

    private static readonly Dictionary<string, (string Hole, string Instead)> Maven = new(StringComparer.Ordinal)
    {
        ["jackson-mapper-asl"] = ("CVE-2019-10172", "use com.fasterxml.jackson.core:jackson-databind"),
        ["struts-core"] = ("CVE-2014-0114", "use Spring MVC or Struts 2"),
    };

    private static readonly Dictionary<string, (string Hole, string Instead)> NuGet = new(StringComparer.OrdinalIgnoreCase)
    {
        ["DotNetZip"] = ("CVE-2024-48510", "use System.IO.Compression"),
    };

    public RuleDescriptor Descriptor { get; } = new(
        "DEP012", "abandoned-package", Category.Dependencies, Severity.Medium,
        What: "A direct dependency that its makers gave up on while a published vulnerability in it stays open.",
        Why: "There is no version to update to: the hole stays until the package goes.",
        Remedy: "Move to the replacement.")
    {
        Confidence = 0.9,
        Equivalents = ["scorecard/Vulnerabilities"],
        References = ["CWE-1104", "CWE-1395", "OWASP A06:2021", "https://github.com/advisories"],
    };

    public bool Reads(SnapshotFile file) =>
        !file.IsTest && (file.Name is "package.json" or "go.mod" or "pom.xml" or "pyproject.toml" || file.Extension == ".csproj" || (file.Extension == ".txt" && file.Name.StartsWith("requirements", StringComparison.Ordinal)));

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        var known = Ecosystem(file) switch { "npm" => Npm, "go" => Go, "maven" => Maven, "nuget" => NuGet, _ => PyPi };
        foreach (var (name, line) in Names(file))
        {
            if (known.TryGetValue(name, out var advice))
            {
                yield return Descriptor.At(file.Path, line, $"'{name}' is given up, with {advice.Hole} open; {advice.Instead}.");
            }
        }
    }

    private static string Ecosystem(SnapshotFile file) => file.Name switch
    {
        "package.json" => "npm",
        "go.mod" => "go",
        "pom.xml" => "maven",
        _ => file.Extension == ".csproj" ? "nuget" : "pypi",
    };

    private static IEnumerable<(string Name, int Line)> Names(SnapshotFile file) => file.Name switch
    {
        // From another address than the registry it is another package.
        "package.json" => (file.Json().Root?["dependencies"]?.Entries ?? []).Where(pair => pair.Value.Text?.Contains(':', StringComparison.Ordinal) == false).Select(pair => (pair.Key.Text ?? "", pair.Key.Line)),
        "pyproject.toml" => (file.Toml().Root?.At("project", "dependencies")?.Items ?? []).Select(item => (First().Match(item.Text ?? "").Value.ToLowerInvariant(), item.Line)),
        "go.mod" => file.Lines().Where(line => !line.Text.Contains("// indirect", StringComparison.Ordinal)).Select(line => (Module().Match(line.Text).Groups["name"].Value, line.Number)),
        "pom.xml" => file.Lines().Select(line => (Artifact().Match(line.Text).Groups["name"].Value, line.Number)),
        _ when file.Extension == ".csproj" => file.Lines().Select(line => (Package().Match(line.Text).Groups["name"].Value, line.Number)),
        _ => file.Lines().Select(line => (First().Match(line.Text).Value.ToLowerInvariant(), line.Number)),
    };

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]*", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex First();

    [GeneratedRegex(@"^\s*(require\s+)?(?<name>github\.com/\S+)\s+v", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Module();

    [GeneratedRegex(@"<artifactId>(?<name>jackson-mapper-asl|struts-core)</artifactId>", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Artifact();

    [GeneratedRegex(@"<PackageReference\s+Include=""(?<name>[^""]+)""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Package();
}
