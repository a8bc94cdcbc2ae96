namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags Go programs without a version.</summary>
internal sealed class UnpinnedGoTools : UnpinnedPackages
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT019", "unpinned-go-tools", Category.Dependencies, Severity.Low,
        What: "`go install` of a program at `@latest`.",
        Why: WhyUnpinned,
        Remedy: "Name the version: `go install example.com/tool@v1.2.3`.")
    {
        Strict = true,
        Equivalents = ["hadolint/DL3062"],
        References = ["CWE-1357", "https://go.dev/ref/mod#go-install"],
    };

    protected override bool Concerns(PackageCommand package) => package.Manager == "go";

    // Without a version the module of the working folder decides.
    protected override bool IsPinned(PackageCommand package, string name) => !name.EndsWith("@latest", StringComparison.Ordinal);
}
