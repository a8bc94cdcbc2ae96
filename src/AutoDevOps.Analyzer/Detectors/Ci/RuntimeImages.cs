using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Detectors.Ci;

/// <summary>The runtimes that well-known images are made for: their name says which, their tag which version.</summary>
internal static partial class RuntimeImages
{
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["node"] = "node",
        ["python"] = "python",
        ["golang"] = "go",
        ["go"] = "go",
        ["ruby"] = "ruby",
        ["php"] = "php",
        ["rust"] = "rust",
        ["elixir"] = "elixir",
        ["swift"] = "swift",
        ["dart"] = "dart",
        ["flutter"] = "flutter",
        ["deno"] = "deno",
        ["openjdk"] = "java",
        ["eclipse-temurin"] = "java",
        ["amazoncorretto"] = "java",
        ["terraform"] = "terraform",
        ["dotnet/sdk"] = "dotnet",
        ["haskell"] = "haskell",
    };

    /// <summary>The runtime of the images that a job runs in; null when they are of none, or their tags are no versions.</summary>
    public static CiRuntime? Runtime(string job, IEnumerable<string> images, int line)
    {
        var found = images.Select(Parse).Where(image => image.Name is not null).ToList();
        var versions = CiRuntimes.Versions(found.Where(image => image.Name == found[0].Name).Select(image => image.Version));
        return versions.Count == 0 ? null : new(job, found[0].Name!, versions, line);
    }

    private static (string? Name, string Version) Parse(string image)
    {
        var match = Reference().Match(image);
        var parts = match.Groups["name"].Value.Split('/');
        var name = parts.Length > 1 && Names.TryGetValue($"{parts[^2]}/{parts[^1]}", out var two) ? two : Names.GetValueOrDefault(parts[^1]);
        return match.Success ? (name, match.Groups["version"].Value) : (null, "");
    }

    // Maven's and Gradle's images have the version of Java after that of the tool; they are left out.
    [GeneratedRegex("^(?<name>[a-z0-9][a-z0-9._:/-]{0,150}):v?(?<version>[0-9]{1,5}(\\.[0-9]{1,5}){0,3})(-[A-Za-z0-9._-]{1,100})?(@sha256:[0-9a-f]{64})?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Reference();
}
