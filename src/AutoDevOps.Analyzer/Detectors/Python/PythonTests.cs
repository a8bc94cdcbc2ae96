using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Python;

/// <summary>What runs the tests of a project: pytest where it is declared and collects such files, Django's own runner, or unittest where they
/// are written for it.</summary>
internal sealed class PythonTests
{
    private const int MaxFiles = 500;

    private readonly PythonProject _project;
    private readonly PythonProject? _workspace;
    private readonly PytestSettings _settings;
    private readonly SnapshotFile? _manage;
    private readonly List<SnapshotFile> _files;

    /// <param name="nested">The folders of projects within this one: their tests are theirs, unless pytest is told of them here.</param>
    public PythonTests(DetectionContext context, PythonProject project, PythonProject? workspace, IReadOnlyList<string> nested)
    {
        _project = project;
        _workspace = workspace;
        _settings = new(project);
        bool IsOurs(SnapshotFile file) => !nested.Any(folder => RepositoryPath.IsWithin(file.Directory, folder));
        _files = [.. context.Snapshot.Under(project.Folder)
            .Where(file => IsTest(file) && (IsOurs(file) || _settings.Names(file.Directory)))
            .Take(MaxFiles)];
        _manage = project.Find("manage.py") ?? context.Snapshot.Named("manage.py")
            .FirstOrDefault(file => RepositoryPath.IsWithin(file.Directory, project.Folder) && IsOurs(file) && !RepositoryPath.IsSample(file.Directory));
    }

    /// <summary>What brings pytest: itself, or a plugin of it.</summary>
    public PythonRequirement? Pytest => PytestOf(_project) ?? PytestOf(_workspace);

    /// <summary>What says that the tests are pytest's, whether or not it is installed.</summary>
    public Evidence? PytestPlace =>
        _settings.Place ?? Pytest?.Place ?? _project.Requires("pytest")?.Place
        ?? ((_project.Find("conftest.py") ?? _project.Find("tests/conftest.py") ?? _project.Find("test/conftest.py")) is { } conftest ? Cite.File(conftest) : null);

    public Evidence? UnitTestPlace => _files.Find(IsUnitTest) is { } file ? Cite.File(file) : null;

    /// <param name="called">The path of a <c>manage.py</c> as a command gives it.</param>
    public Evidence? DjangoPlace(string called) =>
        RepositoryPath.Combine("", called) is { } path && _project.Find(path) is { } manage ? Cite.File(manage) : null;

    /// <summary>The members of a workspace that a call of pytest at its root runs the tests of; null: it does not say, and runs them all.</summary>
    public IReadOnlyList<string>? Reach(string run, IEnumerable<string> members)
    {
        var words = PythonTools.WithoutRunner([.. ShellWords.Split(run)]);
        if (words is not ["pytest" or "py.test", ..])
        {
            return null;
        }

        var named = words.Skip(1).Where(word => !word.StartsWith('-') && _project.HasFolder(word)).ToList();
        IReadOnlyList<string> paths = named.Count > 0 ? named : _settings.Paths;
        return paths.Count == 0 ? null : [.. members.Where(member => paths.Any(path => PytestSettings.Names(path, member)))];
    }

    /// <param name="use">Makes the installation bring a tool.</param>
    /// <param name="abstain">Takes the reason when there are tests, and nothing that is known to run them.</param>
    public IEnumerable<CommandCandidate> Candidates(string prefix, Action<PythonRequirement> use, Action<string> abstain)
    {
        if (_files.Count == 0)
        {
            if (PytestPlace is not null && PytestReason() is { } unseen)
            {
                abstain(unseen);
            }

            yield break;
        }

        var forPytest = _files.Find(file => file.Name != "tests.py" || _settings.NamesFiles);
        if (Pytest is { } pytest && forPytest is not null)
        {
            use(pytest);
            var place = _settings.Place ?? pytest.Place;
            yield return Candidate("pytest", prefix + "pytest", 0.93, place, Cite.File(forPytest));
            if (_project.Requires("pytest-cov") is { } coverage)
            {
                yield return Candidate("pytest-cov", prefix + "pytest --cov", 0.85, coverage.Place, place) with { Kind = CommandKind.Coverage };
            }
        }
        else if (_project.Tool("hatch", "envs")?.Key("hatch-test") is { } hatch)
        {
            yield return Candidate("pytest", "hatch test", 0.85, _project.PyprojectAt(hatch), Cite.File(_files[0]));
        }
        else if (_manage is not null && (_project.Requires("django") ?? _workspace?.Requires("django")) is { } django)
        {
            yield return Candidate("django", prefix + "python manage.py test", 0.85, Cite.File(_manage), django.Place) with { Folder = _manage.Directory };
        }
        else if (PytestReason() is { } reason)
        {
            abstain(reason);
        }
        else if (_files.Find(IsUnitTest) is { } unit && UnitTestCall(unit) is { } call)
        {
            yield return Candidate("unittest", prefix + call, 0.7, Cite.File(unit)) with { Source = CommandSource.Convention };
        }
        else
        {
            abstain($"there are tests ({_files[0].Path}), but no dependency list names a runner, and they are not written for unittest");
        }
    }

    /// <summary>Why tests that are pytest's cannot be run; null: nothing says that they are.</summary>
    private string? PytestReason()
    {
        var place = _settings.Place ?? (_files.Find(file => Imports(file, "pytest")) is { } importer ? Cite.File(importer) : PytestPlace);
        return place is null || Pytest is not null ? null : $"the tests are written for pytest ({place.Path}), but no dependency list installs it";
    }

    /// <summary>The folders between the project and a test must be packages for the plain call to find it.</summary>
    private string? UnitTestCall(SnapshotFile test)
    {
        var start = test.Directory;
        while (start != _project.Folder && _project.Files.Exists(start, "__init__.py"))
        {
            start = RepositoryPath.Parent(start);
        }

        var relative = start == _project.Folder ? "" : start[(_project.Folder.Length == 0 ? 0 : _project.Folder.Length + 1)..];
        var pattern = test.Name.StartsWith("test", StringComparison.Ordinal) ? "" : " -p \"*_test.py\"";
        return relative.Length == 0 && pattern.Length == 0 ? "python -m unittest"
            : relative.Length == 0 ? $"python -m unittest discover{pattern}"
            : SafeName.IsSafe(relative) ? $"python -m unittest discover -s {relative}{pattern}"
            : null;
    }

    private CommandCandidate Candidate(string family, string run, double confidence, params Evidence[] evidence) =>
        new(CommandKind.Test, family, run, _project.Folder, CommandSource.ToolConfiguration, confidence, evidence);

    private static PythonRequirement? PytestOf(PythonProject? project) =>
        project?.Requirements.Where(requirement => requirement.Source != RequirementSource.Tox && (requirement.Name == "pytest" || requirement.Name.StartsWith("pytest-", StringComparison.Ordinal)))
            .MinBy(requirement => requirement.Name.Length);

    private static bool IsUnitTest(SnapshotFile file) => file.Text.Contains("TestCase", StringComparison.Ordinal) && Imports(file, "unittest");

    private static bool Imports(SnapshotFile file, string module) =>
        file.Text.Contains($"import {module}", StringComparison.Ordinal) || file.Text.Contains($"from {module}", StringComparison.Ordinal);

    private static bool IsTest(SnapshotFile file) =>
        file.Extension == ".py" && (file.Name.StartsWith("test_", StringComparison.Ordinal) || file.Name.EndsWith("_test.py", StringComparison.Ordinal) || file.Name == "tests.py");
}
