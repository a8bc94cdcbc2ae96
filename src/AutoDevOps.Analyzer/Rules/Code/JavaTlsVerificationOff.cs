using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags Java that accepts every certificate, or every name in one.</summary>
internal sealed partial class JavaTlsVerificationOff : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "COD005", "java-tls-verification-off", Category.Security, Severity.High,
        What: "A trust manager or host name verifier in Java that accepts everything.",
        Why: "Whoever sits between the program and the server reads and changes everything, credentials included.",
        Remedy: "Remove it; put a private authority into a trust store.")
    {
        Confidence = 0.9,
        Equivalents = ["sonar/S4830", "sonar/S5527", "spotbugs/WEAK_TRUST_MANAGER", "spotbugs/WEAK_HOSTNAME_VERIFIER"],
        References = ["CWE-295", "CWE-297", "OWASP A07:2021"],
    };

    public bool Reads(SnapshotFile file) => CodePattern.Reads(file, ".java");

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        Subject().IsMatch(file.Text)
            ? CodePattern.Find(Descriptor, file, SourceLanguage.Java, "er", TurnedOff(), "Every certificate, or every name in one, is accepted.")
            : [];

    [GeneratedRegex("HostnameVerifier|HOSTNAME_VERIFIER|SSLSession|TrustAll|TrustManager|checkServerTrusted", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Subject();

    [GeneratedRegex(@"\b(NoopHostnameVerifier\.INSTANCE|TrustAllStrategy\.INSTANCE|InsecureTrustManagerFactory\.INSTANCE|ALLOW_ALL_HOSTNAME_VERIFIER)\b|\bvoid\s+checkServerTrusted\s*\([^()]{0,200}\)\s*(throws\s+[\w., ]{1,100})?\{\s*\}|\bsetHostnameVerifier\s*\(\s*\(\s*\w+\s*,\s*\w+\s*\)\s*->\s*true\b|\bboolean\s+verify\s*\(\s*(final\s+)?String\s+\w+\s*,\s*(final\s+)?SSLSession\s+\w+\s*\)\s*\{\s*return\s+true;", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TurnedOff();
}
