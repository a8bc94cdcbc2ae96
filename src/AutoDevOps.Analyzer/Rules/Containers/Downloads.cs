using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>What rules about downloads have in common.</summary>
internal static partial class Downloads
{
    public static bool IsDownload(RunCommand command) => command.Is("curl", "wget", "aria2c", "http", "fetch");

    /// <summary>Whether the <c>RUN</c> compares something with a sum or a signature.</summary>
    public static bool IsVerified(DockerRun run) =>
        run.Commands.Any(command => command.Is("sha256sum", "sha512sum", "sha1sum", "sha384sum", "shasum", "md5sum", "b2sum", "gpgv", "cosign", "minisign", "signify")
            || (command.Is("gpg", "gpg2") && command.HasLong("--verify")) || (command.Program == "openssl" && command.Arguments.FirstOrDefault().Text == "dgst")
            || (command.Is("apk", "rpm") && command.HasShort('K')));

    /// <summary>An address without encryption of a host that others can stand before.</summary>
    public static string? PlainAddress(string word)
    {
        var match = Plain().Match(word);
        var host = match.Groups["host"].Value;
        return match.Success && host.Contains('.', StringComparison.Ordinal) && !Private().IsMatch(host) ? host : null;
    }

    [GeneratedRegex(@"^(http|ftp)://([^/@\s]*@)?(?<host>[A-Za-z0-9.-]+)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Plain();

    // RFC 1918, RFC 3927, RFC 6761 and what people call their own networks.
    [GeneratedRegex(@"^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|169\.254\.|0\.0\.0\.0)|\.(local|localhost|internal|intranet|lan|corp|home|test|example|invalid)$|(^|\.)example\.(com|org|net)$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Private();
}

/// <summary>Flags a download that anybody on the way can change.</summary>
internal sealed class PlainHttpDownload : RunRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT051", "plain-http-download", Category.Security, Severity.Medium,
        What: "A file, key or package fetched over `http` or `ftp` in a `RUN` that checks no sum and no signature.",
        Why: "Whoever stands between the build and the server decides what is in the image.",
        Remedy: "Use `https`, and compare a checksum.")
    {
        References = ["CWE-494", "CWE-319"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, DockerRun run)
    {
        if (Downloads.IsVerified(run))
        {
            yield break;
        }

        foreach (var command in run.Commands)
        {
            // What apt takes from its sources is signed; a package that is named by its address is not.
            if (!Downloads.IsDownload(command) && !(command.Is("yum", "dnf", "rpm", "pip", "pip3", "npm", "gem") && PackageCommand.Read(command)?.IsInstall != false))
            {
                continue;
            }

            foreach (var word in command.Arguments)
            {
                if (Downloads.PlainAddress(word.Text) is { } host && !command.HasShort('I', "oHdAeuxX") && !command.HasLong("--head", "--spider", "--proxy") && !command.HasShort('x', "oHdAeuX"))
                {
                    yield return At(file, command, $"`{command.Program}` takes from {host} whatever arrives.");
                    break;
                }
            }
        }
    }
}

/// <summary>Flags a script from the network that is run unseen.</summary>
internal sealed class ScriptFromNetwork : RunRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT052", "script-from-network", Category.Security, Severity.Low,
        What: "A script that is downloaded and run in one go, such as `curl … | sh`.",
        Why: "Whoever controls the address controls the image, nobody sees what ran, and a download that breaks off runs in part.",
        Remedy: "Download a version, compare its checksum, and run it then; or install a package.")
    {
        References = ["CWE-494", "CWE-829"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, DockerRun run)
    {
        if (Downloads.IsVerified(run))
        {
            yield break;
        }

        // A script with more of them than this is nobody's.
        var runners = run.Commands.Where(command => command.Depth == 0 && command.Is("sh", "bash", "ash", "zsh", "eval", "source", ".")).Take(50).ToList();
        foreach (var (index, command) in run.Commands.Index())
        {
            if (!Downloads.IsDownload(command))
            {
                continue;
            }

            if (command.Next == ShellJoin.Pipe && index + 1 < run.Commands.Count && RunsItsInput(run.Commands[index + 1]))
            {
                yield return At(file, command, $"What `{command.Program} {Address(command)}` fetches is run as it comes.");
            }
            else if (command is { Depth: 1, Next: ShellJoin.End } && runners.Exists(runner => runner.Source == command.Source && runner.Arguments.Take(20).Any(word => Stands(word, command))))
            {
                yield return At(file, command, $"What `{command.Program} {Address(command)}` fetches is run as it comes.");
            }
        }
    }

    /// <summary>Whether the word is a substitution that the command stands in: <c>sh -c "$(curl …)"</c>, <c>bash &lt;(curl …)</c>.</summary>
    private static bool Stands(ShellWord word, RunCommand command) =>
        word.Start < command.Words[0].Start && command.Words[^1].End < word.End && (word.Text.StartsWith("$(", StringComparison.Ordinal) || word.Text.StartsWith("<(", StringComparison.Ordinal) || word.Text.StartsWith('`'));

    private static string Address(RunCommand command) =>
        command.Arguments.Select(word => word.Text).FirstOrDefault(text => text.Contains("://", StringComparison.Ordinal)) is { } address ? address : "…";

    private static bool RunsItsInput(RunCommand command)
    {
        if (!command.Is("sh", "bash", "ash", "dash", "zsh", "python", "python3", "python2", "node", "php", "perl", "ruby"))
        {
            return false;
        }

        // php -r, python -c, sh -c: the program is another, and the input is data.
        var first = command.Arguments.Select(word => word.Text).FirstOrDefault();
        return command.Is("sh", "bash", "ash", "dash", "zsh") ? !command.Arguments.Any(word => word.Text is "-c" || word.Text.EndsWith(".sh", StringComparison.Ordinal)) : first is null or "-" or "-s" or "--";
    }
}

/// <summary>Flags a remote file that <c>ADD</c> takes as it comes.</summary>
internal sealed class UnverifiedAdd : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT053", "unverified-add", Category.Security, Severity.Low,
        What: "`ADD` of an address without `--checksum`.",
        Why: "What the server answers becomes part of the image, whatever it is.",
        Remedy: "Add `--checksum=sha256:…`.")
    {
        References = ["CWE-494", "https://docs.docker.com/reference/dockerfile/#add---checksum"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        var verified = dockerfile.Runs.Where(Downloads.IsVerified).Select(run => run.Stage).ToHashSet();
        foreach (var stage in dockerfile.BuildStages)
        {
            foreach (var add in stage.Instructions.Where(instruction => instruction.Keyword == "ADD" && !instruction.HasFlag("checksum") && instruction.Heredocs.Count == 0))
            {
                // A repository is named by its commit; what a later RUN checks is checked.
                if (CopyWords.Of(add).SkipLast(1).FirstOrDefault(source => source.StartsWith("http", StringComparison.OrdinalIgnoreCase) && CopyWords.IsRemote(source)) is { } address
                    && !address.Contains(".git#", StringComparison.Ordinal) && !address.EndsWith(".git", StringComparison.Ordinal) && !IsData(address) && !verified.Contains(stage))
                {
                    yield return At(file, add, $"Nothing checks what {address} answers.") with { Severity = Downloads.PlainAddress(address) is null ? Severity.Low : Severity.Medium };
                }
            }
        }
    }

    /// <summary>Data that is meant to change: no sum could be given.</summary>
    private static bool IsData(string address) =>
        Downloads.PlainAddress(address) is null && DataEndings.Any(ending => address.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    private static readonly string[] DataEndings = [".txt", ".list", ".json", ".csv", ".xml", ".dat", ".mmdb", ".pem", ".crt"];
}

/// <summary>Flags a download of whatever is the latest.</summary>
internal sealed class FloatingDownload : RunRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT054", "floating-download", Category.Dependencies, Severity.Low,
        What: "A download from an address that says `latest`, or from a branch.",
        Why: "The same commit builds a different image next month.",
        Remedy: "Download a version, and compare its checksum.")
    {
        Strict = true,
        References = ["CWE-1357", "CWE-829"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, DockerRun run)
    {
        if (Downloads.IsVerified(run))
        {
            yield break;
        }

        foreach (var command in run.Commands.Where(Downloads.IsDownload))
        {
            if (command.Arguments.Select(word => word.Text).FirstOrDefault(text => text.Contains("://", StringComparison.Ordinal)
                && (text.Contains("/latest", StringComparison.OrdinalIgnoreCase) || text.Contains("-latest", StringComparison.OrdinalIgnoreCase) || (text.Contains("githubusercontent.com", StringComparison.Ordinal) && (text.Contains("/master/", StringComparison.Ordinal) || text.Contains("/main/", StringComparison.Ordinal))))) is { } address)
            {
                yield return At(file, command, $"{address} answers something else with every release.");
            }
        }
    }
}
