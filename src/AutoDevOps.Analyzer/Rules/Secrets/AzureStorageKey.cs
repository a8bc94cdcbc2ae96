using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds the key of a storage account, Cosmos DB or Service Bus in a connection string of Azure, the known ones of emulators left out.</summary>
internal sealed partial class AzureStorageKey() : SecretFormat("AccountKey=", "SharedAccessKey=")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC029", "azure-storage-key", Category.Security, Severity.Critical,
        What: "The key of a storage account, Cosmos DB or Service Bus in a connection string of Azure, the known ones of emulators left out.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("in Azure by rotating the access keys of the account"))
    {
        Confidence = 0.97,
        Equivalents = ["trufflehog/AzureStorage"],
        References = [.. SecretAdvice.References, "https://learn.microsoft.com/azure/storage/common/storage-account-keys-manage"],
    };

    protected override string Thing => "An account key of Azure";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 4;

    /// <summary>The emulators of Azure Storage and Cosmos DB have the same key everywhere; Microsoft documents both.</summary>
    protected override bool IsReal(SecretCandidate candidate) =>
        !candidate.Secret.StartsWith("Eby8vdM02xNOcqFl", StringComparison.Ordinal) && !candidate.Secret.StartsWith("C2y6yDjf5/R+ob0N", StringComparison.Ordinal);

    [GeneratedRegex(@"\b(AccountKey|SharedAccessKey)=(?<secret>[0-9A-Za-z+/]{86}==|[0-9A-Za-z+/]{43}=)(?![0-9A-Za-z+/=])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
