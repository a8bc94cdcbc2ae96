using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags files that are secrets by their name and become part of the image.</summary>
internal sealed class SecretFileCopied : IRepositoryRule
{
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", ".netrc", ".git-credentials", ".pypirc", ".pgpass", ".htpasswd", "privkey.pem", "private.pem", "private.key", "server.key", ".env", ".env.local", ".env.production",
    };

    public RuleDescriptor Descriptor { get; } = new(
        "CNT057", "secret-file-copied", Category.Security, Severity.Medium,
        What: "`COPY` or `ADD` of a private key, a file of passwords or an environment file, which is not in the repository, into the final image.",
        Why: "Everyone who can pull the image has it, also after a later layer deletes it.",
        Remedy: "Mount it: with `RUN --mount=type=secret` for the build, and when the container starts for the program.")
    {
        Confidence = 0.9,
        References = ["CWE-538", "CWE-522", "CIS Docker 4.10", "https://docs.docker.com/build/building/secrets/"],
    };

    public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) => snapshot.Files.Any(Dockerfile.IsPath);

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model)
    {
        // What lies in the repository is no secret, or no longer one; other rules say so. What the machine that builds has beside it is.
        var present = snapshot.Entries.Select(file => file.Name).Where(IsSecret).ToHashSet(StringComparer.Ordinal);
        foreach (var file in snapshot.Files.Where(file => Dockerfile.IsPath(file) && !file.IsTest && !DevelopmentImage.Is(file)))
        {
            foreach (var copy in Dockerfile.Parse(file).BuildStages.Where(stage => stage.IsShipped).SelectMany(stage => stage.Instructions))
            {
                if (copy.Keyword is "COPY" or "ADD" && copy.Heredocs.Count == 0 && copy.Sources().FirstOrDefault(source => IsSecret(source) && !present.Contains(NameOf(source))) is { } secret)
                {
                    yield return Descriptor.At(file.Path, copy.StartLine, $"'{secret}' becomes part of the image.", copy.EndLine);
                }
            }
        }
    }

    private static string NameOf(string source) => source[(source.LastIndexOf('/') + 1)..];

    private static bool IsSecret(string source) =>
        Names.Contains(NameOf(source))
        || source.EndsWith(".aws/credentials", StringComparison.Ordinal) || source.EndsWith(".docker/config.json", StringComparison.Ordinal) || source.EndsWith(".kube/config", StringComparison.Ordinal);
}
