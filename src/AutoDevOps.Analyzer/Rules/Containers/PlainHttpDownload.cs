using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

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
