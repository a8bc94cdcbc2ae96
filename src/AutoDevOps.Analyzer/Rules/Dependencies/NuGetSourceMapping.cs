using System.Xml;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Dependencies;

/// <summary>Flags several sources of packages, each of which may answer for any.</summary>
internal sealed class NuGetSourceMapping : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "DEP013", "nuget-without-source-mapping", Category.Dependencies, Severity.Medium,
        What: "A `NuGet.config` with several sources and no `packageSourceMapping`.",
        Why: "Whoever registers the name of a private package on nuget.org may get it installed.",
        Remedy: "Map the prefixes of packages to the source they come from.")
    {
        Equivalents = ["nuget/NU1507"],
        References = ["CWE-427", "OWASP CICD-SEC-3", "https://learn.microsoft.com/nuget/consume-packages/package-source-mapping"],
        Strict = true,
    };

    public bool Reads(SnapshotFile file) => file.Name.Equals("nuget.config", StringComparison.OrdinalIgnoreCase) && !file.IsTest;

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        if (XmlTree.Read(file).Root is not { } root || root.Elements().FirstOrDefault(element => element.Name.LocalName == "packageSources") is not { } sources
            || root.Elements().Any(element => element.Name.LocalName == "packageSourceMapping"))
        {
            yield break;
        }

        // A folder is no place where others publish.
        if (sources.Elements().Count(element => element.Name.LocalName == "add" && element.Attribute("value")?.Value.StartsWith("http", StringComparison.Ordinal) == true) > 1)
        {
            yield return Descriptor.At(file.Path, ((IXmlLineInfo)sources).LineNumber, "Each of these sources may answer for any package.");
        }
    }
}
