using System.Buffers;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags Python packages without a version.</summary>
internal sealed class UnpinnedPythonPackages : UnpinnedPackages
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT016", "unpinned-python-packages", Category.Dependencies, Severity.Low,
        What: "`pip install` of packages without a version.",
        Why: WhyUnpinned,
        Remedy: "Name the version with `==`, or install from a requirements file with hashes.")
    {
        Strict = true,
        Equivalents = ["hadolint/DL3013"],
        References = ["CWE-1357", "https://pip.pypa.io/en/stable/topics/repeatable-installs/"],
    };

    protected override bool Concerns(PackageCommand package) =>
        package.Manager == "pip" && !package.Command.HasLong("--requirement", "--constraint", "--no-index", "--find-links") && !package.Command.HasShort('r', "cietfC") && !package.Command.HasShort('c', "rietfC");

    // With a slash it is a path, with a star files of a folder.
    private static readonly SearchValues<char> Exact = SearchValues.Create("=<>~@/*");

    protected override bool IsPinned(PackageCommand package, string name) => name.AsSpan().IndexOfAny(Exact) >= 0;
}
