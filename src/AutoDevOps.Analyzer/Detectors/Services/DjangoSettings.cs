using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Detectors.Services;

/// <summary>Reads the database from the settings that the tests of a Django project run with.</summary>
/// <remarks>The module that pytest or tox name, else one for tests, else the one that <c>manage.py</c> takes; of these the first that defines
/// <c>DATABASES</c>. One that names several engines chooses when it runs: nothing is said then.</remarks>
internal static partial class DjangoSettings
{
    public static void Read(RepositorySnapshot snapshot, TestSettings.Found into)
    {
        foreach (var (manage, modules) in Modules(snapshot))
        {
            if (modules.FirstOrDefault(file => file.Size < 500_000 && Databases().IsMatch(file.Text)) is { } chosen)
            {
                Engine(chosen, manage.Directory, into);
            }
        }
    }

    /// <summary>The settings that tests load: the first module that is there, and those of its package that it takes over.</summary>
    public static IEnumerable<SnapshotFile> LoadedByTests(RepositorySnapshot snapshot)
    {
        foreach (var file in Modules(snapshot).Select(project => project.Modules.FirstOrDefault()).OfType<SnapshotFile>())
        {
            yield return file;
            foreach (var name in TakenOver().Matches(file.Text).Select(match => match.Groups["name"].Value).Distinct().Take(10))
            {
                if (snapshot.Find(RepositoryPath.File(file.Directory, name + ".py")) is { } taken)
                {
                    yield return taken;
                }
            }
        }
    }

    /// <summary>Of each project, the modules that may hold the settings of its tests, those that surely do first.</summary>
    private static IEnumerable<(SnapshotFile Manage, IEnumerable<SnapshotFile> Modules)> Modules(RepositorySnapshot snapshot)
    {
        foreach (var manage in snapshot.Named("manage.py").Where(file => !RepositoryPath.IsSample(file.Directory)).Take(20))
        {
            var modules = new[] { "pytest.ini", "pyproject.toml", "setup.cfg", "tox.ini" }
                .Select(name => snapshot.Find(RepositoryPath.File(manage.Directory, name)))
                .Append(manage).OfType<SnapshotFile>().SelectMany(file => Module().Matches(file.Text).Select(match => match.Groups["name"].Value)).ToList();
            var named = modules.Select(module => Path(manage.Directory, module)).ToList();
            var forTests = snapshot.Under(manage.Directory).Where(file => file.Path.EndsWith("/settings/test.py", StringComparison.Ordinal) || file.Path.EndsWith("/settings/testing.py", StringComparison.Ordinal) || file.Name is "test_settings.py" or "settings_test.py").Select(file => file.Path);
            yield return (manage, named.Take(named.Count - 1).Concat(forTests).Concat(named.TakeLast(1)).SelectMany(path => WithBase(snapshot, path)));
        }
    }

    private static void Engine(SnapshotFile file, string folder, TestSettings.Found into)
    {
        List<(int Number, string Text)> lines = [.. file.Lines().Where(line => !line.Text.TrimStart().StartsWith('#'))];
        var engines = lines.SelectMany(line => EngineName().Matches(line.Text).Select(match => (line.Number, Name: match.Groups["name"].Value.ToLowerInvariant()))).ToList();
        if (engines.Count == 0 || engines.Exists(engine => engine.Name[..4] != engines[0].Name[..4]))
        {
            return;
        }

        if (into.Say(engines[0].Name, folder, ["django", "Django"], Cite.At(file, engines[0].Number)) is { } service)
        {
            into.Read(file, lines, service, folder);
            if (service.Name == "postgres" && lines.Find(line => line.Text.Contains("dj_database_url.config(", StringComparison.Ordinal)) is { Text: not null } config)
            {
                // What dj-database-url reads when it is told no other name.
                into.Add(service, "DATABASE_URL", folder, Cite.At(file, config.Number));
            }
        }
    }

    private static string Path(string folder, string module) => RepositoryPath.File(folder, module.Replace('.', '/') + ".py");

    /// <summary>The module itself, the package of that name, and the base that modules of one package take over from.</summary>
    private static IEnumerable<SnapshotFile> WithBase(RepositorySnapshot snapshot, string path)
    {
        var directory = RepositoryPath.Parent(path);
        string[] candidates = [path, path[..^3] + "/__init__.py", RepositoryPath.File(directory, "base.py"), RepositoryPath.File(directory, "common.py")];
        return candidates.Select(snapshot.Find).OfType<SnapshotFile>();
    }

    [GeneratedRegex(@"^from \.(?<name>[a-z_]{1,50}) import \*", RegexOptions.Multiline | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex TakenOver();

    [GeneratedRegex("""DJANGO_SETTINGS_MODULE['"]?\s*[,=]\s*['"]?(?<name>[A-Za-z_][A-Za-z0-9_.]{0,200})""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Module();

    [GeneratedRegex(@"^DATABASES(\s*:[^=\n]*)?\s*=", RegexOptions.Multiline | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Databases();

    [GeneratedRegex("""(django\.db\.backends\.|django\.contrib\.gis\.db\.backends\.|['"])(?<name>postgresql|postgres|postgis|mysql|sqlite3|sqlite)(['"]|://|:///)""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex EngineName();
}
