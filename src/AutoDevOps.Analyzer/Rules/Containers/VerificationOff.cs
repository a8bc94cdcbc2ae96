using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags a build that takes files from servers and authors that nobody vouches for.</summary>
internal sealed class VerificationOff : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT055", "verification-off", Category.Security, Severity.Medium,
        What: "Certificates or signatures that are not checked: `curl -k`, `wget --no-check-certificate`, `pip --trusted-host`, `apt-get --allow-unauthenticated`, `yum --nogpgcheck`, `npm config set strict-ssl false` and the like.",
        Why: "Whoever stands between the build and the server decides what is in the image.",
        Remedy: "Install the certificates or the key that is missing (`ca-certificates`), and take the option away.")
    {
        Equivalents =
        [
            "checkov/CKV2_DOCKER_2", "checkov/CKV2_DOCKER_3", "checkov/CKV2_DOCKER_4", "checkov/CKV2_DOCKER_5", "checkov/CKV2_DOCKER_6", "checkov/CKV2_DOCKER_8", "checkov/CKV2_DOCKER_9",
            "checkov/CKV2_DOCKER_11", "checkov/CKV2_DOCKER_12", "checkov/CKV2_DOCKER_13", "checkov/CKV2_DOCKER_14", "checkov/CKV2_DOCKER_15", "checkov/CKV2_DOCKER_16",
        ],
        References = ["CWE-295", "CWE-347"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        foreach (var run in dockerfile.Runs)
        {
            WorkBudget.Spend(1 + run.Commands.Count);
            var verified = Downloads.IsVerified(run);
            foreach (var command in run.Commands)
            {
                if (Option(command) is { } option && !(verified && Downloads.IsDownload(command)) && !IsLocal(command))
                {
                    yield return Descriptor.At(file.Path, command.Line, $"`{command.Program}` with `{option}` checks nothing.", command.EndLine);
                }
            }
        }

        foreach (var instruction in dockerfile.Instructions.Where(instruction => instruction.Keyword is "ENV" or "ARG"))
        {
            foreach (var (name, value) in instruction.Assignments())
            {
                if ((name, value) is ("NODE_TLS_REJECT_UNAUTHORIZED" or "PYTHONHTTPSVERIFY", "0") or ("GIT_SSL_NO_VERIFY", "1" or "true") or ("NPM_CONFIG_STRICT_SSL" or "npm_config_strict_ssl", "false")
                    or ("PIP_TRUSTED_HOST", { Length: > 0 }))
                {
                    yield return At(file, instruction, $"{name}={value} turns the check of certificates off.");
                }
            }
        }
    }

    private static string? Option(RunCommand command)
    {
        switch (command.Program)
        {
            case "curl":
                return command.HasLong("--insecure") ? "--insecure" : command.HasShort('k', "oHdAeuxXbcCDEFhKmPQrtTUwyYz") ? "-k" : null;
            case "wget":
                return command.HasLong("--no-check-certificate") ? "--no-check-certificate" : null;
            case "git" when command.Arguments.Select(word => word.Text).ToList() is var words && words.FindIndex(word => word.StartsWith("http.sslVerify", StringComparison.OrdinalIgnoreCase)) is var at and >= 0:
                return words[at].EndsWith("=false", StringComparison.OrdinalIgnoreCase) || (at + 1 < words.Count && words[at + 1] is "false" or "0") ? "http.sslVerify=false" : null;
            case "npm" or "yarn" or "pnpm" when command.Arguments.Select(word => word.Text).ToList() is ["config", "set", "strict-ssl" or "strict-ssl=false", .. var rest] && (rest is [] or ["false", ..]):
                return "strict-ssl false";
        }

        return PackageCommand.Read(command) is { } package ? Of(package) : null;
    }

    private static string? Of(PackageCommand package) => package.Manager switch
    {
        "pip" when package.Command.HasLong("--trusted-host") && package.IsInstall => "--trusted-host",
        "apt" when package.Command.HasLong("--allow-unauthenticated") => "--allow-unauthenticated",
        "apt" when package.Command.HasLong("--force-yes") => "--force-yes",
        "apt" when package.Command.HasLong("--allow-insecure-repositories") => "--allow-insecure-repositories",
        "yum" or "dnf" or "microdnf" when package.Command.HasLong("--nogpgcheck") && !package.Packages.All(word => IsLocalFile(word.Text)) => "--nogpgcheck",
        "zypper" when package.Command.HasLong("--no-gpg-checks") => "--no-gpg-checks",
        "apk" when package.Command.HasLong("--allow-untrusted") && !package.Packages.All(word => IsLocalFile(word.Text)) => "--allow-untrusted",
        _ => null,
    };

    private static bool IsLocalFile(string name) => !name.Contains("://", StringComparison.Ordinal)
        && (name.EndsWith(".apk", StringComparison.Ordinal) || name.EndsWith(".rpm", StringComparison.Ordinal) || name.StartsWith('/') || name.StartsWith('.') || name.StartsWith('$'));

    /// <summary>A program of this machine answers, which nobody can stand before.</summary>
    private static bool IsLocal(RunCommand command) => command.Arguments.Any(word => word.Text.Contains("://localhost", StringComparison.Ordinal) || word.Text.Contains("://127.0.0.1", StringComparison.Ordinal) || word.Text is "localhost" or "127.0.0.1");
}
