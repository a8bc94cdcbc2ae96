using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags files that are secrets by their name and become part of the image.</summary>
internal sealed class SecretFileCopied : DockerfileRule
{
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", ".netrc", ".git-credentials", ".pypirc", ".pgpass", ".htpasswd", "privkey.pem", "private.pem", "private.key", "server.key", ".env", ".env.local", ".env.production",
    };

    public override RuleDescriptor Descriptor { get; } = new(
        "CNT057", "secret-file-copied", Category.Security, Severity.Medium,
        What: "`COPY` or `ADD` of a private key, a file of passwords or an environment file into the final image.",
        Why: "Everyone who can pull the image has it, also after a later layer deletes it.",
        Remedy: "Mount it: with `RUN --mount=type=secret` for the build, and when the container starts for the program.")
    {
        Confidence = 0.9,
        References = ["CWE-538", "CWE-522", "CIS Docker 4.10", "https://docs.docker.com/build/building/secrets/"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        foreach (var copy in dockerfile.BuildStages.Where(stage => stage.IsShipped).SelectMany(stage => stage.Instructions))
        {
            if (copy.Keyword is "COPY" or "ADD" && copy.Heredocs.Count == 0 && copy.Sources().FirstOrDefault(IsSecret) is { } secret)
            {
                yield return At(file, copy, $"'{secret}' becomes part of the image.");
            }
        }
    }

    private static bool IsSecret(string source) =>
        Names.Contains(source[(source.LastIndexOf('/') + 1)..])
        || source.EndsWith(".aws/credentials", StringComparison.Ordinal) || source.EndsWith(".docker/config.json", StringComparison.Ordinal) || source.EndsWith(".kube/config", StringComparison.Ordinal);
}
