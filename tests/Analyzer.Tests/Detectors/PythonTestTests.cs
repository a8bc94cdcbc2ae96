using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Tests.RepositoryModels;

/// <summary>How the tests of a Python project are run, by what they are written for and by what is installed.</summary>
public sealed class PythonTestTests
{
    private const string Project = "[project]\nname = \"a\"\n";
    private const string Poetry = "[tool.poetry]\nname = \"a\"\n[tool.poetry.dependencies]\npython = \"^3.12\"\n";
    private const string UnitTest = "import unittest\n\n\nclass T(unittest.TestCase):\n    pass\n";

    [Theory]
    [InlineData("pyproject.toml", Project + "[dependency-groups]\ndev = [\"pytest\"]\n", "tests/test_a.py", "def test_a(): pass\n", "pytest")]
    [InlineData("pyproject.toml", Project, "tests/test_a.py", "def test_a(): pass\n", null)]
    [InlineData("pyproject.toml", Project + "[tool.pytest.ini_options]\naddopts = \"-q\"\n", "tests/test_a.py", "import pytest\n", null)]
    [InlineData("requirements.txt", "flask\n", "tests/conftest.py", "import pytest\n", null)]
    [InlineData("requirements.txt", "flask\n", "test_a.py", UnitTest, "python -m unittest")]
    [InlineData("requirements.txt", "flask\n", "tests/test_a.py", UnitTest, "python -m unittest discover -s tests")]
    [InlineData("requirements.txt", "flask\n", "tests/a_test.py", UnitTest, "python -m unittest discover -s tests -p \"*_test.py\"")]
    [InlineData("requirements.txt", "flask\n", "test_a.py", "from unittest import mock\n\n\ndef test_a(): pass\n", null)]
    [InlineData("pyproject.toml", Poetry, "test_a.py", UnitTest, "poetry run python -m unittest")]
    [InlineData("pyproject.toml", Poetry + "django = \"5\"\npytest = \"8\"\n", "shop/tests.py", "from django.test import TestCase\n", null)]
    [InlineData("pyproject.toml", "[tool.hatch.envs.default]\ndependencies = [\"pytest\"]\n" + Project, "test_a.py", "def test_a(): pass\n", "hatch run pytest")]
    [InlineData("pyproject.toml", Project + "[tool.pdm.dev-dependencies]\ntest = [\"pytest\"]\n", "test_a.py", "def test_a(): pass\n", "pdm run pytest")]
    [InlineData("Pipfile", "[packages]\nflask = \"*\"\n[scripts]\ntest = \"python -m unittest\"\n", "test_a.py", "def test_a(): pass\n", "pipenv run test")]
    public void Tests_are_run_by_what_is_declared_or_nothing_is_offered_and_that_is_said(string manifest, string text, string test, string source, string? expected)
    {
        var model = Build((manifest, text), (test, source), ("a/__init__.py", ""));
        Assert.Equal(expected, model.Components[0].Command(CommandKind.Test)?.Run);
        Assert.Equal(expected is null, model.NotInferred.Any(gap => gap.What == "test"));
    }

    [Theory]
    [InlineData("[tool.pytest.ini_options]\naddopts = \"-q\"\n", "poetry run python manage.py test")]
    [InlineData("[tool.poetry.group.dev.dependencies]\npytest-django = \"4\"\n", "poetry run python manage.py test")]
    [InlineData("[tool.poetry.group.dev.dependencies]\npytest-django = \"4\"\n[tool.pytest.ini_options]\npython_files = [\"tests.py\"]\n", "poetry run pytest")]
    public void Djangos_tests_py_goes_to_pytest_only_where_that_is_declared_and_told_of_it(string more, string expected)
    {
        var model = Build(("pyproject.toml", Poetry + "django = \"5\"\n" + more), ("manage.py", ""), ("shop/tests.py", "from django.test import TestCase\n"));
        Assert.Equal(expected, model.Components[0].Command(CommandKind.Test)?.Run);
    }

    [Fact]
    public void A_manage_py_below_the_project_that_declares_Django_is_run_where_it_is()
    {
        var model = Build(("pyproject.toml", Poetry + "django = \"5\"\n"), ("src/manage.py", ""), ("src/shop/tests.py", "from django.test import TestCase\n"));
        var command = Assert.Single(model.Components).Command(CommandKind.Test);
        Assert.Equal("poetry run python manage.py test in src", $"{command?.Run} in {command?.WorkingDirectory}");
    }

    [Fact]
    public void A_requirements_file_that_brings_the_runner_is_installed()
    {
        var model = Build(("requirements.txt", "flask\n"), ("requirements/ci.txt", "pytest\n"), ("test_a.py", "def test_a(): pass\n"));
        Assert.Equal("pip install -r requirements.txt -r requirements/ci.txt", model.Components[0].Command(CommandKind.Install)?.Run);
    }

    [Fact]
    public void What_CI_installs_beside_the_project_to_run_its_tests_is_installed_too()
    {
        var model = Build(("requirements.txt", "flask\n"), ("test_a.py", "def test_a(): pass\n"), ("pytest.ini", "[pytest]\n"),
            (".github/workflows/ci.yml", "on: push\njobs:\n  test:\n    steps:\n      - run: pip install pytest -r requirements.txt\n      - run: pytest\n"));
        Assert.Equal(["pip install -r requirements.txt", "pip install pytest", "pytest"], model.Components[0].Commands.Select(command => command.Run));
    }

    [Fact]
    public void Each_member_of_a_uv_workspace_runs_its_own_tests_with_what_it_or_the_root_declares()
    {
        var model = Build(
            ("pyproject.toml", "[tool.uv.workspace]\nmembers = [\"packages/*\"]\nexclude = [\"packages/old\"]\n[dependency-groups]\ndev = [\"pytest\"]\n"), ("uv.lock", "version = 1\n"),
            ("packages/a/pyproject.toml", Project), ("packages/a/tests/test_a.py", "def test_a(): pass\n"),
            ("packages/b/pyproject.toml", "[project]\nname = \"b\"\n"), ("packages/b/test_b.py", UnitTest),
            ("packages/old/pyproject.toml", "[project]\nname = \"old\"\n"), ("packages/old/test_b.py", "def test_a(): pass\n"));
        Assert.Equal(
            ["packages/a: uv sync --locked --all-packages in . | uv run pytest in packages/a", "packages/b: uv sync --locked --all-packages in . | uv run pytest in packages/b"],
            model.Components.Where(component => component.PackageManager?.Name == "uv" && component.Path != ".")
                .Select(component => $"{component.Path}: {string.Join(" | ", component.Commands.Select(command => $"{command.Run} in {command.WorkingDirectory}"))}"));
        Assert.Contains(model.NotInferred, gap => gap is { Component: "packages/old", What: "test" });
    }

    [Theory]
    [InlineData("", ".")]
    [InlineData("[tool.pytest.ini_options]\ntestpaths = [\"packages/a/tests\"]\n", ".")]
    [InlineData("[tool.pytest.ini_options]\ntestpaths = [\"tests\"]\n", ". packages/a")]
    public void Paths_that_pytest_is_told_of_at_the_root_decide_which_members_it_speaks_for(string more, string expected)
    {
        var root = "[project]\nname = \"r\"\n[tool.uv.workspace]\nmembers = [\"packages/*\"]\n[dependency-groups]\ndev = [\"pytest\"]\n" + more;
        var snapshot = RepositorySnapshot.FromText(("pyproject.toml", root), ("uv.lock", "version = 1\n"), ("tests/test_r.py", ""), ("packages/a/pyproject.toml", Project), ("packages/a/tests/test_a.py", "def test_a(): pass\n"));
        var plan = Analyzer.Pipelines.BuildPlanner.Plan(snapshot, RepositoryModelBuilder.Build(snapshot).Model, new());
        Assert.Equal(expected, string.Join(' ', plan.Jobs.SelectMany(job => job.Steps).Where(step => step.Kind == CommandKind.Test).Select(step => step.WorkingDirectory)));
    }

    private static RepositoryModel Build(params (string Path, string Text)[] files) => RepositoryModelBuilder.Build(RepositorySnapshot.FromText(files)).Model;
}
