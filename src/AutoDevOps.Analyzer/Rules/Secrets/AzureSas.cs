using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds the address of something in Azure Storage with its shared access signature.</summary>
internal sealed partial class AzureSas() : SecretFormat("sig=")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC030", "azure-sas", Category.Security, Severity.High,
        What: "The address of something in Azure Storage with its shared access signature.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("in Azure by rotating the key or the access policy that signed it"))
    {
        Confidence = 0.9,
        Equivalents = ["trufflehog/AzureSasToken"],
        References = [.. SecretAdvice.References, "https://learn.microsoft.com/azure/storage/common/storage-sas-overview"],
    };

    protected override string Thing => "A shared access signature of Azure";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 4;

    protected override bool IsReal(SecretCandidate candidate) =>
        candidate.Line.Contains("sv=20", StringComparison.Ordinal) && candidate.Line.Contains("se=", StringComparison.Ordinal);

    [GeneratedRegex(@"[?&;]sig=(?<secret>[0-9A-Za-z%+/]{43,100}(=|%3[Dd]))", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
