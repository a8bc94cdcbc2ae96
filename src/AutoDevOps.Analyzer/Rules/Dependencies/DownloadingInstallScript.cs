using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Dependencies;

/// <summary>Flags packages whose installation runs what it downloads.</summary>
internal sealed partial class DownloadingInstallScript : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "DEP011", "downloading-install-script", Category.Security, Severity.High,
        What: "An `install`, `preinstall` or `postinstall` script of a package that pipes a download into a shell or interpreter.",
        Why: "Whoever holds that server runs programs on the machine of everybody who installs the package.",
        Remedy: "Ship what is needed in the package, or check a checksum before running it.")
    {
        Equivalents = ["socket/install-scripts", "sonar/S6505"],
        References = ["CWE-494", "CWE-829", "OWASP CICD-SEC-3", "https://docs.npmjs.com/cli/using-npm/scripts#life-cycle-scripts"],
    };

    public bool Reads(SnapshotFile file) => file.Name == "package.json" && !file.IsTest;

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        from name in (string[])["preinstall", "install", "postinstall", "prepare"]
        let script = file.Json().Root?["scripts"]?[name]
        where script?.Text is { } text && Download().IsMatch(text)
        select Descriptor.At(file.Path, script.Line, $"'{name}' runs what it downloads.");

    [GeneratedRegex(@"\b(curl|wget)\s[^|;&]*\|\s*(sudo\s+)?(sh|bash|zsh|node|python3?)\b|\b(sh|bash)\s+(-c\s+)?[""']?(<\(|\$\()\s*(curl|wget)\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Download();
}
