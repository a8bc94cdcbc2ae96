using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds the JSON of a service account key of Google Cloud, with its private key.</summary>
internal sealed partial class GcpServiceAccount() : SecretFormat("private_key_id")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC028", "gcp-service-account", Category.Security, Severity.Critical,
        What: "The JSON of a service account key of Google Cloud, with its private key.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("in Google Cloud under IAM, service accounts, keys"))
    {
        Confidence = 0.97,
        Equivalents = ["gitleaks/private-key", "secretlint/secretlint-rule-gcp"],
        References = [.. SecretAdvice.References, "https://docs.cloud.google.com/iam/docs/keys-create-delete"],
    };

    protected override string Thing => "A service account key of Google Cloud";

    internal override Regex Pattern => Candidate();

    protected override bool IsSilentInTests => true;

    public override bool Reads(SnapshotFile file) => base.Reads(file) && !IsDocument(file);

    protected override bool Concerns(SnapshotFile file) => IsKeyFile(file) && PrivateKey.IsIn(file.Text);

    /// <summary>Whether a file is, or means to be, such a key.</summary>
    internal static bool IsKeyFile(SnapshotFile file) =>
        file.Text.Contains("\"private_key_id\"", StringComparison.Ordinal) && file.Text.Contains("\"service_account\"", StringComparison.Ordinal);

    [GeneratedRegex(@"""private_key_id""\s{0,4}:\s{0,4}""(?<secret>[0-9a-f]{40})""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
