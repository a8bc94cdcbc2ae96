using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags C# that accepts every certificate.</summary>
internal sealed partial class CSharpTlsVerificationOff : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "COD001", "csharp-tls-verification-off", Category.Security, Severity.High,
        What: "A certificate callback in C# that accepts every certificate.",
        Why: "Whoever sits between the program and the server reads and changes everything, credentials included.",
        Remedy: "Remove the callback; trust a private authority through the store or a custom chain policy.")
    {
        Confidence = 0.9,
        Equivalents = ["sonar/S4830", "roslyn/CA5359", "roslyn/CA5399"],
        References = ["CWE-295", "OWASP A07:2021"],
    };

    public bool Reads(SnapshotFile file) => CodePattern.Reads(file, ".cs");

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        CodePattern.Find(Descriptor, file, SourceLanguage.CSharp, "erti", TurnedOff(), "Every certificate is accepted.");

    [GeneratedRegex(@"(ServerCertificateCustomValidationCallback|RemoteCertificateValidationCallback|ServerCertificateValidationCallback)\s*\+?=\s*(\([^()]{0,200}\)\s*=>\s*(true\b|\{\s*return true;\s*\})|delegate\s*(\([^()]{0,200}\))?\s*\{\s*return true;\s*\}|(HttpClientHandler\.)?DangerousAcceptAnyServerCertificateValidator)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TurnedOff();
}
