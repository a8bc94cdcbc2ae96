using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Docker;

/// <summary>From which folder an image can be built: the one in which everything is that its Dockerfile copies.</summary>
internal static class DockerContext
{
    /// <summary>The command and where it runs, or the reason why there is none.</summary>
    public static (string Run, string Folder, string? WhyNot) Find(DetectionContext context, SnapshotFile file)
    {
        var dockerfile = Dockerfile.Parse(file);
        if (dockerfile.Stages.Count == 0)
        {
            return ("", "", $"{file.Path} names no image to start FROM");
        }

        var arguments = dockerfile.GlobalArguments();
        var earlier = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var stage in dockerfile.Stages)
        {
            if (Dockerfile.Substitute(stage.Image, arguments) is not { Length: > 0 } && !earlier.Contains(stage.Image))
            {
                return ("", "", $"{Cite.At(file, stage.From.StartLine)} starts from an image that an argument without a default names");
            }

            earlier.Add(stage.Name ?? "");
        }

        var sources = dockerfile.Stages.SelectMany(stage => stage.Instructions).SelectMany(instruction => instruction.Sources().Select(source => (Path: source, instruction.StartLine))).Where(source => IsLiteral(source.Path)).Take(50).ToList();
        var name = file.Name == "Dockerfile" ? "" : $"-f {file.Name} ";
        if (!SafeName.IsSafe(file.Name))
        {
            return ("", "", $"the Dockerfile would have to be named, and {SafeName.Reason}");
        }

        if (sources.TrueForAll(source => Exists(context, file.Directory, source.Path)))
        {
            return ($"docker build {name}.", file.Directory, null);
        }

        if (file.Directory.Length > 0 && SafeName.IsSafe(file.Path) && sources.TrueForAll(source => Exists(context, "", source.Path)))
        {
            return ($"docker build -f {file.Path} .", "", null);
        }

        var missing = sources.Find(source => !Exists(context, file.Directory, source.Path));
        return ("", "", $"{Cite.At(file, missing.StartLine)} copies what is not in the repository, so that something must make it first");
    }

    /// <summary>A URL, a pattern or a variable says nothing about what must be there; nor does a heredoc.</summary>
    private static bool IsLiteral(string source) =>
        source.AsSpan().IndexOfAny("*?[$<") < 0 && !source.Contains("://", StringComparison.Ordinal) && !source.StartsWith("git@", StringComparison.Ordinal);

    private static bool Exists(DetectionContext context, string folder, string source)
    {
        var path = RepositoryPath.Combine(folder, source.TrimStart('/'));
        return path is not null && (path.Length == 0 || path == folder || context.Snapshot.Entries.Any(entry => RepositoryPath.IsWithin(entry.Path, path)));
    }
}
