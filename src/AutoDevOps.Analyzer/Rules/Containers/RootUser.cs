using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags an image whose program runs as root.</summary>
internal sealed class RootUser : IFileRule
{
    /// <summary>Programs that an entry point uses to become somebody else.</summary>
    private static readonly string[] Drops = ["gosu", "su-exec", "setpriv", "s6-", "runuser", "tini -g", "entrypoint", "supervisord", "start.sh", "init"];

    public RuleDescriptor Descriptor { get; } = new(
        "CNT002", "root-user", Category.Security, Severity.Medium,
        What: "A final stage that starts a program as root.",
        Why: "Whoever takes over the program owns the container, and is one kernel bug away from the host.",
        Remedy: "Create a user and switch to it with `USER` before `CMD` or `ENTRYPOINT`.")
    {
        Confidence = 0.9,
        Equivalents = ["hadolint/DL3002", "trivy/DS002", "checkov/CKV_DOCKER_3", "checkov/CKV_DOCKER_8"],
        References = ["CWE-250", "CIS Docker 4.1", "https://docs.docker.com/build/building/best-practices/#user"],
    };

    public bool Reads(SnapshotFile file) =>
        Dockerfile.IsPath(file) && !file.IsTest && !DevelopmentImage.Is(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        var dockerfile = Dockerfile.Parse(file);
        if (dockerfile.Stages is not [.., var final])
        {
            yield break;
        }

        var chain = Chain(dockerfile, final);
        var start = final.Instructions.LastOrDefault(instruction => instruction.Keyword is "CMD" or "ENTRYPOINT");
        if (start is null || chain.Any(DropsPrivileges))
        {
            yield break;
        }

        var user = chain.SelectMany(stage => stage.Instructions.Where(instruction => instruction.Keyword == "USER").Reverse()).FirstOrDefault();
        if (user is not null)
        {
            if (user.Arguments.Split(':')[0].Trim() is "root" or "0")
            {
                yield return Descriptor.At(file.Path, user.StartLine, "The last USER is root, and the program starts as it.");
            }

            yield break;
        }

        var image = Dockerfile.Substitute(chain[^1].Image, dockerfile.GlobalArguments());
        if (image is null)
        {
            yield break;
        }

        var reference = ImageReference.Parse(image);
        if (KnownImages.StartAsRoot.Contains(reference.Name) && reference.Tag?.Contains("chiseled", StringComparison.Ordinal) != true
            && reference.Tag?.Contains("nonroot", StringComparison.Ordinal) != true && reference.Tag?.Contains("rootless", StringComparison.Ordinal) != true)
        {
            yield return Descriptor.At(file.Path, start.StartLine, $"The program starts as root: '{reference.Name}' does, and no USER follows.", start.EndLine) with
            {
                Fix = Repair(file, final, reference),
            };
        }
    }

    /// <summary>Where the image brings a user, and nothing that comes later or listens below port 1024 needs root.</summary>
    private static Fix? Repair(SnapshotFile file, DockerStage final, ImageReference image)
    {
        var first = final.Instructions.First(instruction => instruction.Keyword is "CMD" or "ENTRYPOINT");
        var isSafe = final.Instructions.SkipWhile(instruction => instruction != first).All(instruction => instruction.Keyword is "CMD" or "ENTRYPOINT" or "EXPOSE" or "HEALTHCHECK" or "LABEL" or "STOPSIGNAL")
            && final.Instructions.Where(instruction => instruction.Keyword == "EXPOSE").All(instruction => instruction.Arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(IsHigh));
        return isSafe && KnownImages.OwnUser.TryGetValue(image.Name, out var user) && (image.Name == "node" || HasUser(image.Tag))
            ? new($"Start as the image's own user {user}", file.Path, [new Edit(first.StartLine, first.StartLine - 1, $"USER {user}")])
            : null;
    }

    private static bool IsHigh(string port) => int.TryParse(port.Split('/')[0], out var number) && number >= 1024;

    // The variable is there since .NET 8.
    private static bool HasUser(string? tag) => tag is not null && int.TryParse(tag.Split('.', '-')[0], out var major) && major >= 8;

    /// <summary>The stage, the one it builds on, and so on down to an image.</summary>
    private static List<DockerStage> Chain(Dockerfile dockerfile, DockerStage final)
    {
        List<DockerStage> chain = [final];
        for (var index = dockerfile.Stages.Count - 2; index >= 0; index--)
        {
            if (string.Equals(dockerfile.Stages[index].Name, chain[^1].Image, StringComparison.OrdinalIgnoreCase))
            {
                chain.Add(dockerfile.Stages[index]);
            }
        }

        return chain;
    }

    private static bool DropsPrivileges(DockerStage stage) =>
        stage.Instructions.Any(instruction => instruction.Keyword is "RUN" or "CMD" or "ENTRYPOINT"
            && Drops.Any(program => instruction.Script.Contains(program, StringComparison.OrdinalIgnoreCase)
                && !(program == "entrypoint" && instruction.Keyword == "RUN") && !(program == "init" && instruction.Keyword == "RUN")));
}
