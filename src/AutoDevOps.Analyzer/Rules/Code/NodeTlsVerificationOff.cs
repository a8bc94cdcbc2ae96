using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags JavaScript and TypeScript that do not check the certificate of a server.</summary>
internal sealed partial class NodeTlsVerificationOff : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "COD003", "node-tls-verification-off", Category.Security, Severity.High,
        What: "TLS in Node.js with `rejectUnauthorized: false`.",
        Why: "Whoever sits between the program and the server reads and changes everything, credentials included.",
        Remedy: "Remove it; give a private authority in `ca`.")
    {
        Confidence = 0.9,
        Equivalents = ["codeql/js/disabling-certificate-validation", "sonar/S4830"],
        References = ["CWE-295", "OWASP A07:2021"],
    };

    public bool Reads(SnapshotFile file) => CodePattern.Reads(file, ".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".jsx", ".tsx");

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        CodePattern.Find(Descriptor, file, SourceLanguage.JavaScript, "rejectUnauthorized", TurnedOff(), "The certificate of the server is not checked.");

    [GeneratedRegex(@"\brejectUnauthorized\s*:\s*false\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TurnedOff();
}
