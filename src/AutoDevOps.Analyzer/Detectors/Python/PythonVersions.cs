using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors.Ci;

namespace AutoDevOps.Analyzer.Detectors.Python;

/// <summary>Finds the versions of Python. Several in CI state what is supported and win; then <c>.python-version</c> and version managers; then
/// classifiers and tox, which list several; then CI's single version; then the lower bound of <c>requires-python</c>.</summary>
internal static partial class PythonVersions
{
    public static RuntimeVersion? Find(DetectionContext context, PythonProject project)
    {
        var ci = CiRuntimes.Find(context, "python", ("actions/setup-python", "python-version"), ("astral-sh/setup-uv", "python-version"), ("UsePythonVersion", "versionSpec"));
        if (ci is { Versions.Count: > 1 })
        {
            return ci with { Versions = [.. ci.Versions.Select(Minor).Distinct().OrderBy(Rank)] };
        }

        return Pinned(context, project.Folder) ?? Classifiers(project) ?? Tox(project) ?? ci ?? Required(project) ?? Pipfile(project);
    }

    private static RuntimeVersion? Pinned(DetectionContext context, string folder) =>
        RepositoryPath.Upwards(folder)
            .Select(around => VersionFiles.Single(context, around, ".python-version", "python") ?? VersionFiles.Tool(context, around, "python", "python") ?? Heroku(context, around))
            .FirstOrDefault(found => found is not null);

    private static RuntimeVersion? Heroku(DetectionContext context, string folder)
    {
        var file = context.Snapshot.Find(RepositoryPath.File(folder, "runtime.txt"));
        var text = file?.Text.Trim();
        return text is not null && text.StartsWith("python-", StringComparison.Ordinal) && VersionFiles.Concrete(text["python-".Length..]) is { } version
            ? new("python", [version], file!.Path, 0.9, [Cite.At(file, 1)]) : null;
    }

    private static RuntimeVersion? Classifiers(PythonProject project)
    {
        var found = (project.Pyproject?.At("project", "classifiers") ?? project.Tool("poetry", "classifiers"))?.Items
            .Select(item => (Match: Classifier().Match(item.Text ?? ""), item.Line))
            .Where(item => item.Match.Success)
            .Select(item => (Version: item.Match.Groups["version"].Value, Place: Cite.At(project.PyprojectFile!, item.Line)))
            .ToList() ?? [];
        if (found.Count == 0 && (project.Find("setup.py") ?? project.SetupCfg?.File) is { } legacy)
        {
            found = [.. legacy.Lines().SelectMany(line => Classifier().Matches(line.Text).Select(match => (match.Groups["version"].Value, Cite.At(legacy, line.Number))))];
        }

        return found.Count == 0 ? null
            : new("python", [.. found.Select(item => item.Version).Distinct().OrderBy(Rank)], found[0].Place.Path, 0.9, [.. found.Select(item => item.Place).Distinct()]);
    }

    private static RuntimeVersion? Tox(PythonProject project)
    {
        var list = project.ToxIni is { } ini ? ini.Value("tox", "envlist") ?? ini.Value("tox", "env_list") : null;
        var text = list?.Value ?? string.Join('\n', (project.Tool("tox", "env_list")?.Items ?? []).Select(item => item.Text));
        var versions = new List<string>();
        foreach (Match match in Environment().Matches(text))
        {
            versions.AddRange(match.Groups["list"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Dotted).OfType<string>());
        }

        var place = list is { } found ? Cite.At(project.ToxIni!.File, found.Line) : project.Tool("tox")?.Key("env_list") is { } key ? project.PyprojectAt(key) : null;
        return versions.Count == 0 || place is null ? null : new("python", [.. versions.Distinct().OrderBy(Rank)], place.Path, 0.85, [place]);
    }

    private static RuntimeVersion? Required(PythonProject project)
    {
        var node = project.Pyproject?.At("project", "requires-python") ?? project.Tool("poetry", "dependencies", "python");
        var bounds = node?.Text is { } range ? VersionRange.LowerBounds(range, 2) : [];
        return bounds.Count == 0 ? null : new("python", [bounds[0]], project.PyprojectFile!.Path, 0.6, [project.PyprojectAt(node!)]);
    }

    private static RuntimeVersion? Pipfile(PythonProject project)
    {
        var node = project.Find("Pipfile")?.Toml().Root?["requires"];
        var version = node?["python_version"] ?? node?["python_full_version"];
        return VersionFiles.Concrete(version?.Text) is { } text ? new("python", [text], project.Find("Pipfile")!.Path, 0.95, [Cite.At(project.Find("Pipfile")!, version!.Line)]) : null;
    }

    private static string Minor(string version) => string.Join('.', version.Split('.').Take(2));

    private static int Rank(string version)
    {
        var parts = version.Split('.');
        return (int.TryParse(parts[0], out var major) ? major : 0) * 1000 + (parts.Length > 1 && int.TryParse(parts[1], out var minor) ? minor : 0);
    }

    /// <summary>tox's <c>310</c> and <c>3.10</c> both mean 3.10.</summary>
    private static string? Dotted(string text) => text switch
    {
        _ when text.Contains('.') => text,
        { Length: >= 2 and <= 3 } when text.All(char.IsAsciiDigit) => $"{text[0]}.{text[1..]}",
        _ => null,
    };

    [GeneratedRegex(@"Programming Language :: Python :: (?<version>3\.[0-9]+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Classifier();

    [GeneratedRegex(@"\bpy\{?(?<list>[0-9][0-9., ]*)\}?", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Environment();
}
