using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Repository;

/// <summary>Flags submodules that are fetched in clear.</summary>
internal sealed partial class InsecureSubmodule : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "REP014", "insecure-submodule", Category.Security, Severity.Medium,
        What: "A submodule with an address of `http://` or `git://`.",
        Why: "Whoever sits in between gives other code, of which git only checks that it is the commit it was told of.",
        Remedy: "Use `https://`.")
    {
        References = ["CWE-319", "https://github.blog/security/application-security/improving-git-protocol-security-github/"],
    };

    public bool Reads(SnapshotFile file) => file.Path == ".gitmodules";

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        from line in file.Lines()
        let match = Address().Match(line.Text)
        where match.Success && match.Groups["host"].Value is not ("localhost" or "127.0.0.1")
        select Descriptor.At(file.Path, line.Number, $"The submodule comes from '{match.Groups["host"].Value}' in clear.");

    [GeneratedRegex(@"^\s*url\s*=\s*(http|git)://([^@/\s]*@)?(?<host>[^/\s:]+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Address();
}
