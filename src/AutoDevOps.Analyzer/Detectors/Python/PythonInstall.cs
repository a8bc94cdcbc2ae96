using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.Python;

/// <summary>Installs a project with what its tools need.</summary>
/// <param name="isWorkspace">The project is the root of a uv workspace, whose members are installed as well.</param>
internal sealed class PythonInstall(PythonProject project, PackageManager manager, bool isWorkspace)
{
    private static readonly string[] DevelopmentFiles =
    [
        "requirements-dev.txt", "requirements_dev.txt", "dev-requirements.txt", "requirements-test.txt", "requirements_test.txt", "test-requirements.txt",
        "requirements-tests.txt", "test_requirements.txt", "dev_requirements.txt", "requirements/dev.txt", "requirements/test.txt", "requirements/tests.txt", "requirements/development.txt",
    ];

    /// <param name="tools">The tools whose commands are offered: the groups and extras that bring them are installed too.</param>
    public CommandCandidate? Candidate(IReadOnlyList<PythonRequirement> tools)
    {
        var extras = Groups(tools, RequirementSource.Extra);
        var groups = Groups(tools, RequirementSource.DependencyGroup);
        var locked = manager.LockFile is not null;
        var run = manager.Name switch
        {
            "uv" => $"uv sync{(locked ? " --locked" : "")}{(isWorkspace ? " --all-packages" : "")}{Options(" --extra ", extras)}{Options(" --group ", groups.Where(group => group != "dev"))}",
            "poetry" => $"poetry install{Options(" --with ", Groups(tools, RequirementSource.PoetryGroup).Concat(groups))}{Options(" --extras ", extras)}",
            "pdm" => $"pdm install{(locked ? " --frozen-lockfile" : "")}{Options(" -G ", extras)}",
            "pipenv" => locked ? "pipenv sync --dev" : "pipenv install --dev",
            "hatch" => null,
            _ => Pip(extras, groups, tools),
        };
        var place = manager.LockFile is { } path ? new Evidence(path, 0) : manager.Evidence[0];
        return run is null ? null
            : new(CommandKind.Install, "install", run, project.Folder, CommandSource.ToolConfiguration, manager.Confidence, [place, .. tools.Select(tool => tool.Place).Distinct().Take(3)]);
    }

    /// <summary>Whether CI's install brings everything that the offered tools need: a job that only builds installs less.</summary>
    public static bool Covers(string run, string needed)
    {
        var words = needed.Split([' ', '[', ']', ',', '"'], StringSplitOptions.RemoveEmptyEntries).Where(word => !word.StartsWith('-') && word is not ("pip" or "install" or "."));
        return run.Contains("--all-", StringComparison.Ordinal) || words.All(word => run.Contains(word, StringComparison.Ordinal));
    }

    /// <summary>tox and nox build environments of their own; where nothing else installs them, they are all there is to install.</summary>
    public CommandCandidate? Runner(IEnumerable<CommandCandidate> candidates)
    {
        // Called through the package manager, it is installed with the rest.
        var chosen = candidates.FirstOrDefault(candidate => candidate.Run.StartsWith("tox", StringComparison.Ordinal) || candidate.Run.StartsWith("nox ", StringComparison.Ordinal));
        var tool = chosen?.Run[..3];
        return chosen is null || project.Requires(tool!) is { Source: not RequirementSource.Tox } ? null
            : new(CommandKind.Install, tool!, manager.Name == "uv" ? $"uv tool install {tool}" : $"pip install {tool}", project.Folder, CommandSource.ToolConfiguration, 0.85, [chosen.Evidence[0]]);
    }

    /// <summary>Takes CI's install over when it is the same manager's and everything it names exists.</summary>
    public ResolvedCommand? Resolve(ShellCommand command)
    {
        var words = command.Words is ["python" or "python3" or "py", "-m", "pip", ..] ? command.Words[2..] : command.Words;
        words = words is ["uv", "pip", ..] && manager.Name is "pip" ? words[1..] : words;
        return words switch
        {
            ["pip" or "pip3", "install", ..] when manager.Name == "pip" => Pip(words[2..]),
            ["uv", "sync", ..] when manager.Name == "uv" && (manager.LockFile is null || words.Any(word => word is "--locked" or "--frozen")) => Found(words[2..]),
            ["poetry", "install", ..] when manager.Name == "poetry" => Found(words[2..]),
            ["pdm", "install" or "sync", ..] when manager.Name == "pdm" => Found(words[2..]),
            ["pipenv", "install" or "sync", ..] when manager.Name == "pipenv" && words.Contains("--dev") => Found([]),
            _ => null,
        };
    }

    /// <summary>A tool that CI installs by its name, with what belongs to it (<c>pytest-cov</c>): no dependency list does.</summary>
    public ResolvedCommand? ResolveTool(ShellCommand command, CommandKind kind, string tool)
    {
        var words = command.Words is ["python" or "python3" or "py", "-m", "pip", ..] ? command.Words[2..] : command.Words;
        if (words is not ["pip" or "pip3", "install", .. var named] || project.Find(manager.Evidence[0].Path[(project.Folder.Length == 0 ? 0 : project.Folder.Length + 1)..]) is not { } manifest)
        {
            return null;
        }

        var packages = named.Where(word => SafeName.IsSafe(word.Replace("==", "-", StringComparison.Ordinal)) && (word.Split("==")[0] == tool || word.StartsWith(tool + "-", StringComparison.Ordinal))).ToList();
        return packages.Exists(package => package.Split("==")[0] == tool) ? new(CommandKind.Install, tool, [Cite.File(manifest)], $"pip install {string.Join(' ', packages)}") { OnlyFor = kind } : null;
    }

    private ResolvedCommand? Pip(string[] arguments)
    {
        var found = new List<Evidence>();
        for (var index = 0; index < arguments.Length; index++)
        {
            var argument = arguments[index];
            if (argument is "-r" or "--requirement" or "-e" or "--editable" or "-c" or "--group")
            {
                continue;
            }

            if (index > 0 && arguments[index - 1] is "-r" or "--requirement" or "-c")
            {
                if (RepositoryPath.Combine("", argument) is not { } relative || project.Find(relative) is not { } file)
                {
                    return null;
                }

                found.Add(Cite.File(file));
            }
            else if (index > 0 && arguments[index - 1] == "--group")
            {
                if (project.Pyproject?["dependency-groups"]?.Key(argument) is not { } group)
                {
                    return null;
                }

                found.Add(project.PyprojectAt(group));
            }
            else if (argument.Split('[')[0] is "." or "./" && project.IsPackage)
            {
                found.Add(manager.Evidence[0]);
            }
            else if (argument is "--upgrade" or "-U")
            {
                continue;
            }
            else if (!argument.StartsWith('-') && argument is not ("pip" or "wheel" or "setuptools"))
            {
                // CI brings a tool that the repository does not declare.
                return null;
            }
        }

        return found.Count == 0 ? null : new(CommandKind.Install, "install", found);
    }

    private ResolvedCommand? Found(string[] options)
    {
        for (var index = 0; index + 1 < options.Length; index++)
        {
            var known = options[index] switch
            {
                "--extra" or "--extras" or "-E" => project.Pyproject?.At("project", "optional-dependencies") ?? project.Tool("poetry", "extras"),
                "--group" or "--only-group" => project.Pyproject?["dependency-groups"],
                "--with" or "--only" => project.Pyproject?["dependency-groups"] ?? project.Tool("poetry", "group"),
                _ => null,
            };
            if (options[index] is "--only" or "--only-group" or "--no-dev" || (known is not null && options[index + 1].Split(',', ' ').Any(name => name != "dev" && known[name] is null)))
            {
                return null;
            }
        }

        return new(CommandKind.Install, "install", [manager.LockFile is { } path ? new Evidence(path, 0) : manager.Evidence[0]]);
    }

    private string? Pip(List<string> extras, List<string> groups, IReadOnlyList<PythonRequirement> tools)
    {
        var arguments = "";
        var main = project.Find("requirements.txt");
        var files = DevelopmentFiles.Select(project.Find).OfType<SnapshotFile>().Prepend(main).OfType<SnapshotFile>().ToList();
        var brought = tools.Where(tool => tool.Source == RequirementSource.File && !files.Exists(file => file.Path == tool.Group)).Select(tool => project.RequirementFiles.FirstOrDefault(file => file.Path == tool.Group)).OfType<SnapshotFile>();
        foreach (var file in files.Concat(brought).Distinct().Where(file => SafeName.IsSafe(file.Path)))
        {
            arguments += $" -r {file.Path[(project.Folder.Length == 0 ? 0 : project.Folder.Length + 1)..]}";
        }

        if (project.IsPackage && (main is null || extras.Count > 0))
        {
            arguments += extras.Count == 0 ? " -e ." : $" -e \".[{string.Join(',', extras)}]\"";
        }

        arguments += Options(" --group ", groups);
        return arguments.Length == 0 ? null : $"pip install{arguments}";
    }

    private static List<string> Groups(IReadOnlyList<PythonRequirement> tools, RequirementSource source) =>
        [.. tools.Where(tool => tool.Source == source).Select(tool => tool.Group).Where(SafeName.IsSafe).OfType<string>().Distinct().Order(StringComparer.Ordinal)];

    private static string Options(string option, IEnumerable<string> names) => string.Concat(names.Select(name => option + name));
}
