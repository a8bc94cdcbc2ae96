using System.IO.Enumeration;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Python;

/// <summary>What pytest is told in <c>pyproject.toml</c>, <c>pytest.ini</c>, <c>tox.ini</c> or <c>setup.cfg</c>.</summary>
internal sealed class PytestSettings
{
    private readonly string _folder;
    private readonly DataNode? _table;
    private readonly IniFile? _ini;
    private readonly string _section = "pytest";

    public PytestSettings(PythonProject project)
    {
        _folder = project.Folder;
        if (project.Tool("pytest") is { } tool)
        {
            _table = tool["ini_options"] ?? tool;
            Place = tool.Key("ini_options") is { } options ? project.PyprojectAt(options) : project.ToolPlace("pytest");
        }
        else if ((project.Find("pytest.ini") ?? project.Find(".pytest.ini")) is { } file)
        {
            (_ini, Place) = (IniFile.Read(file), Cite.File(file));
        }
        else if (project.Find("pytest.toml") is { } toml)
        {
            (_table, Place) = (toml.Toml().Root?["pytest"], Cite.File(toml));
        }
        else if (project.SetupCfg?.Section("tool:pytest") is { } legacy)
        {
            (_ini, _section, Place) = (project.SetupCfg, "tool:pytest", legacy);
        }
        else if (project.ToxIni?.Section("pytest") is { } tox)
        {
            (_ini, Place) = (project.ToxIni, tox);
        }
    }

    /// <summary>Where they stand; null: nowhere.</summary>
    public Evidence? Place { get; }

    /// <summary>Whether they say which files hold tests, so that the usual names do not count.</summary>
    public bool NamesFiles => Words("python_files").Count > 0;

    /// <summary>Where to look for tests when the call does not say: folders and globs, from the project's folder.</summary>
    public IReadOnlyList<string> Paths => field ??= Words("testpaths");

    /// <summary>Whether a folder of the repository is among the paths.</summary>
    public bool Names(string folder) => Paths.Any(path => RepositoryPath.IsWithin(folder, _folder) && Names(RepositoryPath.File(_folder, path), folder));

    /// <summary>Whether a path or glob leads to a folder, into it, or around it.</summary>
    public static bool Names(string path, string folder)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".");
        return !parts.Zip(folder.Split('/')).TakeWhile(pair => pair.First != "**").Any(pair => !FileSystemName.MatchesSimpleExpression(pair.First, pair.Second, ignoreCase: false));
    }

    private List<string> Words(string key) =>
    [
        .. (_table?[key]?.ScalarOrItems() ?? []).Select(node => node.Text ?? "").Append(_ini?.Value(_section, key)?.Value ?? "")
            .SelectMany(text => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Where(word => word.Length < 200).Take(50),
    ];
}
