using System.Xml;
using System.Xml.Linq;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Java;

/// <summary>What a <c>pom.xml</c> says by itself (Maven's POM Reference). Parents are not fetched and profiles not activated.</summary>
internal sealed class PomFile
{
    private readonly XElement _project;

    private PomFile(SnapshotFile file, XElement project)
    {
        File = file;
        _project = project;
        Dependencies = [.. ReadDependencies()];
    }

    public SnapshotFile File { get; }

    public string Folder => File.Directory;

    public string? ArtifactId => Child(_project, "artifactId")?.Value.Trim();

    /// <summary>The place that names the project.</summary>
    public Evidence Place => Cite.At(File, Child(_project, "artifactId") is { } name ? Line(name) : 0);

    /// <summary>The folders of the modules of an aggregator, those of its profiles included.</summary>
    public IReadOnlyList<string> Modules =>
    [
        .. _project.Descendants().Where(element => element.Name.LocalName is "module" or "subproject" && element.Parent?.Name.LocalName is "modules" or "subprojects")
            .Select(element => element.Value.Trim())
            .Select(path => path.EndsWith(".xml", StringComparison.Ordinal) ? RepositoryPath.Parent(path) : path)
            .Select(path => RepositoryPath.Combine(Folder, path)).OfType<string>(),
    ];

    /// <summary>Dependencies, managed ones and those of plugins included, as <c>group:artifact</c>.</summary>
    public IReadOnlyList<(string Name, int Line)> Dependencies { get; }

    /// <summary>The goals that are run when the command line names none.</summary>
    public string? DefaultGoal => Child(Child(_project, "build"), "defaultGoal")?.Value.Trim();

    /// <summary>Whether a profile of this name is declared.</summary>
    public bool HasProfile(string name) => Children(Child(_project, "profiles"), "profile").Any(profile => Child(profile, "id")?.Value.Trim() == name);

    /// <summary>A property outside of profiles, one reference to another property followed.</summary>
    public (string Value, int Line)? Property(string name)
    {
        if (Child(Child(_project, "properties"), name) is not { } element)
        {
            return null;
        }

        var value = element.Value.Trim();
        return value.StartsWith("${", StringComparison.Ordinal) && value.EndsWith('}') && Child(Child(_project, "properties"), value[2..^1]) is { } referred
            ? (referred.Value.Trim(), Line(referred))
            : (value, Line(element));
    }

    /// <summary>The first value of an element below a plugin that every build of the project uses, or only manages.</summary>
    public (string Value, int Line)? PluginValue(string artifact, string element)
    {
        var found = _project.Descendants().Where(plugin => plugin.Name.LocalName == "plugin" && Child(plugin, "artifactId")?.Value.Trim() == artifact)
            .SelectMany(plugin => plugin.Descendants()).FirstOrDefault(inner => inner.Name.LocalName == element);
        if (found is null)
        {
            return null;
        }

        var value = found.Value.Trim();
        return value.StartsWith("${", StringComparison.Ordinal) && value.EndsWith('}') ? Property(value[2..^1]) : (value, Line(found));
    }

    /// <summary>The plugins that every build of the project uses: not those of profiles, and not what is only managed.</summary>
    public IEnumerable<PomPlugin> Plugins =>
        Children(Child(Child(_project, "build"), "plugins"), "plugin").Where(plugin => Child(plugin, "artifactId") is not null)
            .Select(plugin => new PomPlugin(
                Child(plugin, "groupId")?.Value.Trim() ?? "org.apache.maven.plugins",
                Child(plugin, "artifactId")!.Value.Trim(),
                Cite.At(File, Line(Child(plugin, "artifactId")!)),
                Child(plugin, "configuration")?.HasElements == true,
                [
                    .. Children(Child(plugin, "executions"), "execution").Select(execution => new PomExecution(
                        Child(execution, "id")?.Value.Trim() ?? "default",
                        Child(execution, "phase")?.Value.Trim(),
                        [.. Children(Child(execution, "goals"), "goal").Select(goal => goal.Value.Trim())])),
                ]));

    /// <summary>Null for what is not XML (<see cref="XmlTree.Read"/>), or for something else of that name.</summary>
    public static PomFile? Read(SnapshotFile file) =>
        XmlTree.Read(file).Root is { Name.LocalName: "project" } project ? new(file, project) : null;

    private IEnumerable<(string Name, int Line)> ReadDependencies()
    {
        foreach (var dependency in _project.Descendants().Where(element => element.Name.LocalName is "dependency" or "parent"))
        {
            if (Child(dependency, "groupId")?.Value.Trim() is { } group && Child(dependency, "artifactId") is { } artifact)
            {
                yield return ($"{group}:{artifact.Value.Trim()}", Line(artifact));
            }
        }
    }

    private static XElement? Child(XElement? parent, string name) => parent?.Elements().FirstOrDefault(element => element.Name.LocalName == name);

    private static IEnumerable<XElement> Children(XElement? parent, string name) => parent?.Elements().Where(element => element.Name.LocalName == name) ?? [];

    private static int Line(XElement element) => ((IXmlLineInfo)element).LineNumber;
}

/// <param name="IsConfigured">Whether it is configured for all of its executions and for the command line.</param>
internal sealed record PomPlugin(string GroupId, string ArtifactId, Evidence Place, bool IsConfigured, IReadOnlyList<PomExecution> Executions);

/// <param name="Phase">As the file says it; null: the goal's own.</param>
internal sealed record PomExecution(string Id, string? Phase, IReadOnlyList<string> Goals);
