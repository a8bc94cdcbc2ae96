using System.Xml;
using System.Xml.Linq;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.DotNet;

/// <summary>An MSBuild project, properties file or <c>slnx</c>, read as XML. Conditions and imports are not evaluated.</summary>
internal sealed class MsBuildFile
{
    private readonly XElement _root;

    private MsBuildFile(SnapshotFile file, XElement root)
    {
        File = file;
        _root = root;
    }

    public SnapshotFile File { get; }

    public string? Sdk => _root.Attribute("Sdk")?.Value;

    /// <summary>Whether <c>dotnet</c> builds it on every system: a project that names its SDK. Those of before are for MSBuild of Visual Studio.</summary>
    public bool NamesItsSdk => Sdk is not null || _root.Elements().Any(element => element.Name.LocalName == "Sdk" || (element.Name.LocalName == "Import" && element.Attribute("Sdk") is not null));

    /// <summary>Null for what is not XML (<see cref="XmlTree.Read"/>).</summary>
    public static MsBuildFile? Read(SnapshotFile file) => XmlTree.Read(file).Root is { } root ? new(file, root) : null;

    /// <summary>The values of a property with their lines, in the order of the file.</summary>
    public IEnumerable<(string Value, int Line)> Properties(string name) =>
        _root.Descendants().Where(element => element.Name.LocalName == name).Select(element => (element.Value.Trim(), Line(element)));

    public bool Is(string property, string value) =>
        Properties(property).Any(found => string.Equals(found.Value, value, StringComparison.OrdinalIgnoreCase));

    /// <summary>What items of a kind include or update, with their lines.</summary>
    public IEnumerable<(string Name, int Line)> Items(string kind, string attribute = "Include") =>
        from element in _root.Descendants()
        where element.Name.LocalName == kind
        let value = (element.Attribute(attribute) ?? element.Attribute("Update"))?.Value.Trim()
        where !string.IsNullOrEmpty(value)
        select (value, Line(element));

    private static int Line(XElement element) => ((IXmlLineInfo)element).LineNumber;
}
