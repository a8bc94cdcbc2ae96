using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Pipelines;

/// <summary>Finds the report files that commands write, as they and their configuration say: nothing is made to write one that does not.</summary>
internal static partial class ReportPlanner
{
    private static readonly string[] Configurations = ["pyproject.toml", "pytest.ini", ".pytest.ini", "setup.cfg", "tox.ini", ".coveragerc", "noxfile.py"];

    /// <summary>Globs from the repository's root, in order.</summary>
    public static IReadOnlyList<string> Of(RepositorySnapshot snapshot, Component component, IEnumerable<Command> commands)
    {
        var reports = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var command in commands)
        {
            // The first evidence quotes what defines the command: of a script, its body.
            var text = string.Join('\n', command.Evidence.Select(item => item.Excerpt).Prepend(command.Run));
            if (component.Ecosystem == Ecosystems.Python)
            {
                var folder = RepositoryPath.FromModel(component.Path);
                text += string.Concat(Configurations.Select(name => snapshot.Find(RepositoryPath.File(folder, name))?.Text).OfType<string>());
            }

            foreach (var report in Named(text).Concat(Usual(text)))
            {
                if (SafeName.IsSafe(report.Replace("*", "", StringComparison.Ordinal)) && RepositoryPath.Combine(RepositoryPath.FromModel(command.WorkingDirectory), report) is { Length: > 0 } path)
                {
                    reports.Add(path);
                }
            }
        }

        return [.. reports];
    }

    private static IEnumerable<string> Named(string text) =>
        Option().Matches(text).Select(match => match.Groups["path"].Value.TrimEnd('"', '\'', ',', ']'));

    /// <summary>Options that write to a place of their own.</summary>
    private static IEnumerable<string> Usual(string text)
    {
        if (Trx().IsMatch(text))
        {
            yield return "**/TestResults/**/*.trx";
        }

        if (DotNetCoverage().IsMatch(text))
        {
            yield return "**/TestResults/**/coverage.cobertura.xml";
        }

        if (CoverageXml().IsMatch(text))
        {
            yield return "coverage.xml";
        }

        if (JavaScriptCoverage().IsMatch(text))
        {
            yield return "coverage/**";
        }
    }

    [GeneratedRegex(@"(--junit-?xml|--coverprofile|-coverprofile|--outputFile|--junitfile|--cov-report[= ](xml|lcov|json):)[= :]?""?(?<path>[^\s""',;|&$`(){}<>]{1,200})", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Option();

    [GeneratedRegex(@"(--logger|-l)[= :]""?trx|--report-trx", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Trx();

    [GeneratedRegex(@"--collect[= :]""?(XPlat )?Code Coverage", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex DotNetCoverage();

    [GeneratedRegex(@"--cov-report[= ]xml($|[^:\w])", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex CoverageXml();

    [GeneratedRegex(@"\b(vitest|jest|pnpm|yarn|npm)\b.*--coverage\b|\b(c8|nyc) ", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex JavaScriptCoverage();
}
