using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an API key of NuGet.org.</summary>
internal sealed partial class NuGetKey() : SecretFormat("oy2")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC012", "nuget-key", Category.Security, Severity.Critical,
        What: "An API key of NuGet.org.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("on nuget.org under API keys"))
    {
        Confidence = 0.95,
        Equivalents = ["trufflehog/NuGetApiKey"],
        References = [.. SecretAdvice.References, "https://learn.microsoft.com/nuget/nuget-org/publish-a-package"],
    };

    protected override string Thing => "An API key of NuGet";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 3.8;

    [GeneratedRegex(@"\b(?<secret>oy2[a-z0-9]{43})\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
