namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags packages of the distribution without a version.</summary>
internal sealed class UnpinnedSystemPackages : UnpinnedPackages
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT015", "unpinned-system-packages", Category.Dependencies, Severity.Low,
        What: "Packages of the distribution installed without a version.",
        Why: WhyUnpinned,
        Remedy: "Name the version, or pin the base image by digest and use a snapshot of the package archive.")
    {
        Strict = true,
        Equivalents = ["hadolint/DL3008", "hadolint/DL3018", "hadolint/DL3033", "hadolint/DL3037", "hadolint/DL3041"],
        References = ["CWE-1357", "https://docs.docker.com/build/building/best-practices/#apt-get"],
    };

    protected override bool Concerns(PackageCommand package) => package.IsForSystem;

    protected override bool IsPinned(PackageCommand package, string name) => package.Manager switch
    {
        "apt" => name.Contains('=', StringComparison.Ordinal) || name.Contains('/', StringComparison.Ordinal) || name.EndsWith('-'),
        "apk" => name.AsSpan().IndexOfAny("=<>~") >= 0 || name.StartsWith('!') || name.Contains('@', StringComparison.Ordinal),
        "zypper" => name.AsSpan().IndexOfAny("=<>") >= 0,

        // name-1.2.3: a version starts with a digit after a hyphen; @ names a group.
        _ => name.StartsWith('@') || Enumerable.Range(1, Math.Max(name.Length - 1, 0)).Any(index => char.IsAsciiDigit(name[index]) && name[index - 1] == '-'),
    };
}
