using System.Buffers;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags packages that are installed in whatever version there is on the day.</summary>
internal abstract class UnpinnedPackages : RunRule
{
    protected const string WhyUnpinned = "The same commit builds a different image next month.";

    protected sealed override IEnumerable<Finding> Check(SnapshotFile file, DockerRun run)
    {
        foreach (var package in PackageCommand.In(run).Where(package => package.IsInstall && Concerns(package)))
        {
            var open = package.Packages.Select(word => word.Text).Where(name => !name.Contains('$', StringComparison.Ordinal) && !IsLocal(name) && !IsPinned(package, name)).Distinct(StringComparer.Ordinal).ToList();
            if (open.Count > 0)
            {
                var more = open.Count > 3 ? $" and {open.Count - 3} more" : "";
                yield return At(file, package.Command, $"No version is given for {string.Join(", ", open.Take(3))}{more}.");
            }
        }
    }

    protected abstract bool Concerns(PackageCommand package);

    protected abstract bool IsPinned(PackageCommand package, string name);

    /// <summary>A file or an address, which says itself what it is.</summary>
    private static bool IsLocal(string name) =>
        name is "." or ".." || name.StartsWith('.') || name.StartsWith('/') || name.StartsWith('~') || name.Contains("://", StringComparison.Ordinal)
        || name.EndsWith(".deb", StringComparison.Ordinal) || name.EndsWith(".rpm", StringComparison.Ordinal) || name.EndsWith(".whl", StringComparison.Ordinal) || name.EndsWith(".apk", StringComparison.Ordinal)
        || name.EndsWith(".gem", StringComparison.Ordinal) || name.EndsWith(".tgz", StringComparison.Ordinal) || name.EndsWith(".tar.gz", StringComparison.Ordinal);
}

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
