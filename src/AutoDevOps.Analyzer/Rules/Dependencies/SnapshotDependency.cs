using System.Xml;
using System.Xml.Linq;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Dependencies;

/// <summary>Flags releases that are built of what is not released.</summary>
internal sealed class SnapshotDependency : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "DEP008", "snapshot-dependency", Category.Dependencies, Severity.Low,
        What: "A released project of Maven with a dependency on a `-SNAPSHOT` of somebody else.",
        Why: "A snapshot changes under the same name, and one day is gone.",
        Remedy: "Wait for its release, or release what you depend on first.")
    {
        Confidence = 0.9,
        References = ["CWE-1357", "https://maven.apache.org/guides/getting-started/#what-is-a-snapshot-version"],
    };

    public bool Reads(SnapshotFile file) => file.Name == "pom.xml" && !file.IsTest;

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        if (!file.Text.Contains("-SNAPSHOT", StringComparison.Ordinal) || XmlTree.Read(file).Root is not { } project)
        {
            yield break;
        }

        var version = (Child(project, "version") ?? Child(Child(project, "parent"), "version"))?.Value.Trim() ?? "";
        var group = (Child(project, "groupId") ?? Child(Child(project, "parent"), "groupId"))?.Value.Trim() ?? "";

        // What is in development itself may be built of others that are.
        if (version.Length == 0 || version.Contains("SNAPSHOT", StringComparison.Ordinal) || version.Contains('$', StringComparison.Ordinal))
        {
            yield break;
        }

        foreach (var dependency in project.Descendants().Where(element => element.Name.LocalName == "dependency"))
        {
            if (Child(dependency, "version") is { } found && found.Value.Trim().EndsWith("-SNAPSHOT", StringComparison.Ordinal) && Child(dependency, "groupId")?.Value.Trim() != group)
            {
                yield return Descriptor.At(file.Path, ((IXmlLineInfo)found).LineNumber, $"'{Child(dependency, "artifactId")?.Value.Trim()}' is not released.");
            }
        }
    }

    private static XElement? Child(XElement? element, string name) => element?.Elements().FirstOrDefault(child => child.Name.LocalName == name);
}
