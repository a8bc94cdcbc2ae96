using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds secret keys of OpenPGP in their armour.</summary>
internal sealed partial class PgpPrivateKey() : SecretRule("PGP PRIVATE KEY BLOCK-----")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC082", "pgp-private-key", Category.Security, Severity.High,
        What: "A secret key of OpenPGP in ASCII armour, outside tests.",
        Why: SecretAdvice.Why,
        Remedy: "Revoke the key, publish the revocation, and keep its successor out of repositories.")
    {
        Confidence = 0.95,
        Equivalents = ["gitleaks/private-key", "secretlint/secretlint-rule-privatekey"],
        References = ["CWE-321", .. SecretAdvice.References, "https://www.rfc-editor.org/rfc/rfc9580#section-6.2"],
    };

    public override bool Reads(SnapshotFile file) => !file.IsTest && file.Extension is not (".md" or ".mdx" or ".rst" or ".adoc" or ".html");

    public override IEnumerable<Finding> Check(SnapshotFile file)
    {
        foreach (var line in Lines(file))
        {
            var rest = file.Text.AsSpan(line.Start);
            WorkBudget.Spend(1 + (line.Length / 64));

            // The armour's base64 follows within a few headers; what only speaks of a key has none.
            if (rest[..line.Length].Contains("BEGIN", StringComparison.Ordinal) && Armour().IsMatch(rest[..Math.Min(rest.Length, 4096)]))
            {
                yield return Descriptor.At(file.Path, line.Number, "A secret key of OpenPGP stands here.");
            }
        }
    }

    [GeneratedRegex(@"^[^\n]{0,200}-----BEGIN PGP PRIVATE KEY BLOCK-----(\r?\n|\\n)(([A-Z][A-Za-z]{2,20}: [^\n\\]{0,200})?\s{0,8}(\r?\n|\\n)){0,6}\s{0,16}[0-9A-Za-z+/]{60,76}(\r?\n|\\n)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Armour();
}
