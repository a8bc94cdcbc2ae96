using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags copying the whole build context where nothing keeps files out of it.</summary>
internal sealed class MissingDockerignore : IRepositoryRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "CNT004", "missing-dockerignore", Category.Security, Severity.Low,
        What: "`COPY .` in a repository without a `.dockerignore`.",
        Why: "The image gets `.git`, local settings and secrets of whoever builds it, and every change breaks the layer cache.",
        Remedy: "Add a `.dockerignore` that excludes everything but what the image needs.")
    {
        Confidence = 0.9,
        References = ["CWE-538", "https://docs.docker.com/build/concepts/context/#dockerignore-files"],
    };

    public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) =>
        snapshot.Files.Any(Dockerfile.IsPath);

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model)
    {
        var present = snapshot.Entries.Select(file => file.Path).Where(path => path.EndsWith(".dockerignore", StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal);
        foreach (var file in snapshot.Files.Where(file => Dockerfile.IsPath(file) && !file.IsTest))
        {
            // Which folder is the context is said on the command line: any of these that exists may be the one.
            if (present.Contains(file.Path + ".dockerignore") || Ancestors(file.Directory).Any(folder => present.Contains(folder + ".dockerignore")))
            {
                continue;
            }

            var copy = Dockerfile.Parse(file).Instructions.FirstOrDefault(instruction => instruction.Sources() is ["." or "./" or "./."]);
            if (copy is not null)
            {
                yield return Descriptor.At(file.Path, copy.StartLine, "The whole build context is copied, and no .dockerignore keeps anything out.", copy.EndLine);
            }
        }
    }

    private static IEnumerable<string> Ancestors(string directory)
    {
        for (var folder = directory; folder.Length > 0; folder = folder.LastIndexOf('/') is var slash and >= 0 ? folder[..slash] : "")
        {
            yield return folder + "/";
        }

        yield return "";
    }
}
