using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags Python that does not check the certificate of a server.</summary>
internal sealed partial class PythonTlsVerificationOff : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "COD002", "python-tls-verification-off", Category.Security, Severity.High,
        What: "A request in Python with `verify=False`, or an unverified SSL context.",
        Why: "Whoever sits between the program and the server reads and changes everything, credentials included.",
        Remedy: "Remove it; give the path of a private authority to `verify`.")
    {
        Confidence = 0.9,
        Equivalents = ["bandit/B501", "ruff/S501"],
        References = ["CWE-295", "OWASP A07:2021"],
    };

    public bool Reads(SnapshotFile file) => CodePattern.Reads(file, ".py");

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        CodePattern.Find(Descriptor, file, SourceLanguage.Python, "erif", TurnedOff(), "The certificate of the server is not checked.");

    [GeneratedRegex(@"\b((requests|httpx|session|client|self\.session|self\._session)\.(get|post|put|patch|delete|head|options|request|stream|send)\((?:[^()]|\([^()]*\)){0,600}?\bverify\s*=\s*False\b|httpx\.(Async)?Client\((?:[^()]|\([^()]*\)){0,600}?\bverify\s*=\s*False\b|ssl\._create_default_https_context\s*=\s*ssl\._create_unverified_context)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TurnedOff();
}
