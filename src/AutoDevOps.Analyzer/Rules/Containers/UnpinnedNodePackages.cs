namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags Node packages without a version.</summary>
internal sealed class UnpinnedNodePackages : UnpinnedPackages
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT017", "unpinned-node-packages", Category.Dependencies, Severity.Low,
        What: "`npm install` of packages without a version.",
        Why: WhyUnpinned,
        Remedy: "Name the version (`npm install -g name@1.2.3`), or install with `npm ci`.")
    {
        Strict = true,
        Equivalents = ["hadolint/DL3016"],
        References = ["CWE-1357", "https://docs.npmjs.com/cli/commands/npm-install"],
    };

    protected override bool Concerns(PackageCommand package) => package.Manager is "npm" or "pnpm" or "yarn";

    protected override bool IsPinned(PackageCommand package, string name) =>
        (name.LastIndexOf('@') > 0 && !name.EndsWith("@latest", StringComparison.Ordinal)) || (name.Contains('/', StringComparison.Ordinal) && !name.StartsWith('@'));
}
