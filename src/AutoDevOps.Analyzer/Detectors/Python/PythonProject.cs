using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Python;

/// <summary>A declared requirement.</summary>
/// <param name="Name">Normalised as PEP 503 says: lower case, <c>-</c> between words.</param>
/// <param name="Group">Null: always installed; else the name of the group, extra or file.</param>
internal sealed record PythonRequirement(string Name, RequirementSource Source, string? Group, Evidence Place);

internal enum RequirementSource
{
    Project,
    Extra,
    DependencyGroup,
    PoetryGroup,
    File,
    Tox,
}

/// <summary>A Python project: everything its manifests in one folder declare.</summary>
internal sealed partial class PythonProject
{
    private readonly DetectionContext _context;

    public PythonProject(DetectionContext context, FileIndex files, string folder)
    {
        _context = context;
        Folder = folder;
        Files = files;
        PyprojectFile = Find("pyproject.toml");
        Pyproject = PyprojectFile?.Toml().Root;
        SetupCfg = Find("setup.cfg") is { } cfg ? IniFile.Read(cfg) : null;
        ToxIni = Find("tox.ini") is { } tox ? IniFile.Read(tox) : null;
        RequirementFiles = [.. files.In(folder).Concat(files.In(RepositoryPath.File(folder, "requirements"))).Where(IsRequirements).OrderByDescending(file => file.Name == "requirements.txt")];
        Requirements = [.. ReadRequirements()];
    }

    public string Folder { get; }

    public FileIndex Files { get; }

    public SnapshotFile? PyprojectFile { get; }

    public DataNode? Pyproject { get; }

    public IniFile? SetupCfg { get; }

    public IniFile? ToxIni { get; }

    public IReadOnlyList<SnapshotFile> RequirementFiles { get; }

    public IReadOnlyList<PythonRequirement> Requirements { get; }

    public string Name =>
        (Pyproject?.At("project", "name") ?? Pyproject?.At("tool", "poetry", "name"))?.Text is { Length: > 0 } name ? name
        : SetupCfg?.Value("metadata", "name")?.Value is { Length: > 0 } legacy ? legacy
        : Folder.Length == 0 ? "root" : Path.GetFileName(Folder);

    /// <summary>Whether <c>pip install .</c> has something to install.</summary>
    public bool IsPackage => Pyproject?["project"] is not null || Pyproject?["build-system"] is not null || Find("setup.py") is not null;

    public SnapshotFile? Find(string name) => _context.Snapshot.Find(RepositoryPath.File(Folder, name));

    public bool HasFolder(string name) => RepositoryPath.Combine(Folder, name) is { } folder && _context.Snapshot.Under(folder).Any();

    public DataNode? Tool(params ReadOnlySpan<string> keys) => Pyproject?["tool"]?.At(keys);

    /// <summary>The place of a <c>[tool.x]</c> table, or null.</summary>
    public Evidence? ToolPlace(string tool) =>
        Pyproject?["tool"]?.Key(tool) is { } key ? Cite.At(PyprojectFile!, key.Line) : null;

    public PythonRequirement? Requires(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Requirements.FirstOrDefault(requirement => requirement.Name == name) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    public Evidence PyprojectAt(DataNode node) => Cite.At(PyprojectFile!, node.Line);

    private static bool IsRequirements(SnapshotFile file) =>
        file.Extension is ".txt" or ".in"
        && (file.Name.Contains("requirements", StringComparison.Ordinal) || file.Directory == "requirements" || file.Directory.EndsWith("/requirements", StringComparison.Ordinal));

    private IEnumerable<PythonRequirement> ReadRequirements()
    {
        foreach (var found in List(Pyproject?.At("project", "dependencies"), RequirementSource.Project, null))
        {
            yield return found;
        }

        foreach (var (group, source) in new[] { (Pyproject?.At("project", "optional-dependencies"), RequirementSource.Extra), (Pyproject?["dependency-groups"], RequirementSource.DependencyGroup) })
        {
            foreach (var found in (group?.Entries ?? []).SelectMany(entry => List(entry.Value, source, entry.Key.Text)))
            {
                yield return found;
            }
        }

        foreach (var found in Environments().Concat(Poetry()).Concat(Pipfile()).Concat(RequirementFiles.SelectMany(FromFile)).Concat(Ini()))
        {
            yield return found;
        }
    }

    private IEnumerable<PythonRequirement> List(DataNode? list, RequirementSource source, string? brought) =>
        from item in list?.Items ?? []
        let name = NameOf(item.Text)
        where name is not null
        select new PythonRequirement(name, source, brought, PyprojectAt(item));

    /// <summary>What uv, PDM and Hatch install in the environment that they run commands in, in lists of their own.</summary>
    private IEnumerable<PythonRequirement> Environments() =>
        new[] { Tool("uv", "dev-dependencies"), Tool("hatch", "envs", "default", "dependencies"), Tool("hatch", "envs", "default", "extra-dependencies") }
            .Concat((Tool("pdm", "dev-dependencies")?.Entries ?? []).Select(group => (DataNode?)group.Value))
            .SelectMany(list => List(list, RequirementSource.Project, null));

    private IEnumerable<PythonRequirement> Poetry()
    {
        var tables = new List<(DataNode? Table, string? Group)> { (Tool("poetry", "dependencies"), null), (Tool("poetry", "dev-dependencies"), null) };
        tables.AddRange((Tool("poetry", "group")?.Entries ?? []).Select(entry => (entry.Value["dependencies"], entry.Value["optional"] is { IsTrue: true } ? entry.Key.Text : null)));
        return from table in tables
               from entry in table.Table?.Entries ?? []
               let name = NameOf(entry.Key.Text)
               where name is not null and not "python"
               select new PythonRequirement(name, RequirementSource.PoetryGroup, table.Group, PyprojectAt(entry.Key));
    }

    private IEnumerable<PythonRequirement> Pipfile() =>
        Find("Pipfile") is not { } file ? []
        : from section in new[] { "packages", "dev-packages" }
          from entry in file.Toml().Root?[section]?.Entries ?? []
          let name = NameOf(entry.Key.Text)
          where name is not null
          select new PythonRequirement(name, RequirementSource.Project, null, Cite.At(file, entry.Key.Line));

    private static IEnumerable<PythonRequirement> FromFile(SnapshotFile file) =>
        from line in file.Lines()
        where !line.Text.StartsWith('-') && !line.Text.StartsWith('#')
        let name = NameOf(line.Text)
        where name is not null
        select new PythonRequirement(name, RequirementSource.File, file.Path, Cite.At(file, line.Number));

    private IEnumerable<PythonRequirement> Ini()
    {
        foreach (var (section, key, value, line) in SetupCfg?.Entries ?? [])
        {
            if (section == "options.extras_require" || (section == "options" && key == "install_requires"))
            {
                foreach (var name in value.Split('\n').Select(NameOf).OfType<string>())
                {
                    yield return new(name, section == "options" ? RequirementSource.Project : RequirementSource.Extra, section == "options" ? null : key, Cite.At(SetupCfg!.File, line));
                }
            }
        }

        foreach (var (_, key, value, line) in ToxIni?.Entries ?? [])
        {
            foreach (var name in key == "deps" ? value.Split('\n').Select(NameOf).OfType<string>() : [])
            {
                yield return new(name, RequirementSource.Tox, "tox", Cite.At(ToxIni!.File, line));
            }
        }
    }

    private static string? NameOf(string? requirement)
    {
        var match = RequirementName().Match(requirement ?? "");
        return match.Success ? match.Groups["name"].Value.ToLowerInvariant().Replace('_', '-').Replace('.', '-') : null;
    }

    // PEP 508: a name, then extras, a version, a marker or an address.
    [GeneratedRegex(@"^\s*(?<name>[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)\s*($|[\[<>=!~;@,( #])", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex RequirementName();
}
