namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags gems without a version.</summary>
internal sealed class UnpinnedGems : UnpinnedPackages
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT018", "unpinned-gems", Category.Dependencies, Severity.Low,
        What: "`gem install` of gems without a version.",
        Why: WhyUnpinned,
        Remedy: "Name the version: `gem install name:1.2.3`, or `-v 1.2.3`.")
    {
        Strict = true,
        Equivalents = ["hadolint/DL3028"],
        References = ["CWE-1357", "https://guides.rubygems.org/command-reference/#gem-install"],
    };

    protected override bool Concerns(PackageCommand package) =>
        package.Manager == "gem" && !package.Command.HasLong("--version", "--file") && !package.Command.Arguments.Any(word => word.Text.StartsWith("-v", StringComparison.Ordinal) || word.Text.StartsWith("-g", StringComparison.Ordinal));

    protected override bool IsPinned(PackageCommand package, string name) => name.Contains(':', StringComparison.Ordinal);
}
