using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.Ci;

/// <summary>Finds the images that a Jenkinsfile runs its stages in, as literals or by one name of a matrix.</summary>
internal static partial class JenkinsRuntimes
{
    private const int MaxImages = 100;

    public static IEnumerable<CiRuntime> Read(SnapshotFile file)
    {
        var axes = new CiVariables("${", "}");
        string? axis = null;
        var images = new List<(string Stage, string Image, int Line)>();
        var stage = "pipeline";
        foreach (var (number, text) in ProgramText.Lines(file, "//"))
        {
            foreach (Match match in Token().Matches(text))
            {
                if (match.Groups["stage"] is { Success: true } begun)
                {
                    stage = begun.Value;
                }
                else if (match.Groups["axis"] is { Success: true } name)
                {
                    axis = name.Value;
                }
                else if (match.Groups["values"] is { Success: true } values && axis is not null)
                {
                    axes.Add(axis, values.Value.Split(',').Select(value => value.Trim('\'', '"', ' ', '\t')));
                    axis = null;
                }
                else if (match.Groups["image"] is { Success: true } image && images.Count < MaxImages)
                {
                    images.Add((stage, image.Value, number));
                }
            }
        }

        return images.Select(image => RuntimeImages.Runtime(image.Stage, axes.Resolve(image.Image), image.Line)).OfType<CiRuntime>();
    }

    [GeneratedRegex("""
        \bstage\s*\(\s*['"](?<stage>[^'"\n]+)['"]
        |\b(image|docker)[\s(]+['"](?<image>[^'"\n]{1,200})['"]
        |\bdocker\.image\(\s*['"](?<image>[^'"\n]{1,200})['"]
        |\bname\s+['"](?<axis>[A-Za-z_][A-Za-z0-9_]{0,50})['"]
        |\bvalues\s+(?<values>['"][^\n}]{1,500}['"])
        """, RegexOptions.NonBacktracking | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Token();
}
