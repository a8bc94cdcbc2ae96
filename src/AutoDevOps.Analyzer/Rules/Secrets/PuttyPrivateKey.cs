
namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds private keys in the format of PuTTY that no passphrase protects.</summary>
internal sealed class PuttyPrivateKey() : SecretRule("PuTTY-User-Key-File-")
{
    /// <summary>How many lines of a key file are looked at for its fields.</summary>
    private const int Reach = 2_000;

    public override RuleDescriptor Descriptor { get; } = new(
        "SEC083", "putty-private-key", Category.Security, Severity.Critical,
        What: "A private key in the format of PuTTY that is not encrypted, outside tests.",
        Why: SecretAdvice.Why,
        Remedy: "Replace the key pair everywhere it is trusted, and keep the new key in a secret store.")
    {
        Confidence = 0.97,
        Equivalents = ["trufflehog/PrivateKey"],
        References = ["CWE-321", .. SecretAdvice.References, "https://tartarus.org/~simon/putty-snapshots/htmldoc/AppendixC.html"],
    };

    public override bool Reads(SnapshotFile file) => !file.IsTest && file.Extension is not (".md" or ".mdx" or ".rst" or ".adoc" or ".html");

    public override IEnumerable<Finding> Check(SnapshotFile file)
    {
        // A file holds one key, and begins with it.
        foreach (var line in Lines(file).Take(1))
        {
            var text = file.Text.AsSpan(line.Start, Math.Min(Reach, file.Text.Length - line.Start));
            if (text.StartsWith("PuTTY-User-Key-File-", StringComparison.Ordinal)
                && text.Contains("\nEncryption: none", StringComparison.Ordinal)
                && file.Text.AsSpan(line.Start).Contains("\nPrivate-Lines: ", StringComparison.Ordinal))
            {
                yield return Descriptor.At(file.Path, line.Number, "A private key of PuTTY stands here in clear.");
            }
        }
    }
}
