using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds a password in a .netrc.</summary>
internal sealed partial class NetrcPassword() : SecretFormat("password")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC077", "netrc-password", Category.Security, Severity.Critical,
        What: "A password in a `.netrc`.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at that machine by changing the password"))
    {
        Confidence = 0.93,
        References = [.. SecretAdvice.References, "https://www.gnu.org/software/inetutils/manual/html_node/The-_002enetrc-file.html"],
    };

    protected override string Thing => "A password in a .netrc";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 2.5;

    internal override bool IsGeneral => true;

    public override bool Reads(SnapshotFile file) => base.Reads(file) && file.Name is ".netrc" or "_netrc" or "netrc";

    [GeneratedRegex("""(^|\s)login\s{1,8}\S{1,100}\s{1,8}password\s{1,8}(?<secret>[^\s"\x27$<{%]{6,200})|^\s{0,8}password\s{1,8}(?<secret>[^\s"\x27$<{%]{6,200})\s{0,8}$""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
