using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags an image that is made to be logged into.</summary>
internal sealed class ExposedSsh : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT030", "exposed-ssh", Category.Security, Severity.Medium,
        What: "`EXPOSE 22` in an image that is no server for git or files.",
        Why: "A login into a container is one more service to patch and one more way in; `docker exec` and `kubectl exec` do the same with their own rights.",
        Remedy: "Remove the SSH server and the port.")
    {
        Confidence = 0.9,
        Equivalents = ["trivy/DS004", "checkov/CKV_DOCKER_1"],
        References = ["CWE-1125", "CIS Docker 5.7"],
    };

    /// <summary>What speaks SSH because that is its purpose.</summary>
    private static readonly string[] Servers = ["gitea", "gogs", "gitlab", "forgejo", "gerrit", "sftp", "git-shell", "git-server", "bastion", "jump", "gitolite", "soft-serve", "borg", "rsync", "tunnel", "slurm", "mpi", "cowrie", "honeypot", "jenkins"];

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        foreach (var stage in dockerfile.BuildStages.Where(stage => stage.IsShipped))
        {
            foreach (var expose in stage.Instructions.Where(instruction => instruction.Keyword == "EXPOSE" && instruction.Words().Any(word => word is "22" or "22/tcp")))
            {
                if (!Array.Exists(Servers, server => dockerfile.Mentions(server) || file.Path.Contains(server, StringComparison.OrdinalIgnoreCase)))
                {
                    yield return At(file, expose, "Port 22 is exposed.");
                }
            }
        }
    }
}
