using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags Go that does not check the certificate of a server.</summary>
internal sealed partial class GoTlsVerificationOff : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "COD004", "go-tls-verification-off", Category.Security, Severity.High,
        What: "TLS in Go with `InsecureSkipVerify: true`.",
        Why: "Whoever sits between the program and the server reads and changes everything, credentials included.",
        Remedy: "Remove it; give a private authority in `RootCAs`.")
    {
        Confidence = 0.9,
        Equivalents = ["gosec/G402", "codeql/go/disabled-certificate-check"],
        References = ["CWE-295", "OWASP A07:2021"],
    };

    public bool Reads(SnapshotFile file) => CodePattern.Reads(file, ".go");

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        CodePattern.Find(Descriptor, file, SourceLanguage.Go, "InsecureSkipVerify", TurnedOff(), "The certificate of the server is not checked.");

    [GeneratedRegex(@"\bInsecureSkipVerify\s*(:|=)\s*true\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TurnedOff();
}
