using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.Rust;

/// <summary>Finds the toolchain in the order of "Overrides" in the rustup book: the toolchain file, which rustup itself obeys; then what version
/// managers are told; then the least version that the manifest promises; then the channel that existing CI sets up.</summary>
internal static partial class RustVersions
{
    public static RuntimeVersion? Find(DetectionContext context, CargoProject project)
    {
        foreach (var folder in RepositoryPath.Upwards(project.Folder))
        {
            // Where both are, rustup takes the one without an extension.
            if ((Toolchain(context, folder, "rust-toolchain") ?? Toolchain(context, folder, "rust-toolchain.toml")) is { } file)
            {
                return file;
            }
        }

        return RepositoryPath.Upwards(project.Folder).Select(folder => VersionFiles.Tool(context, folder, "rust", "rust")).FirstOrDefault(found => found is not null)
            ?? Promised(project)
            ?? Pinned(context)
            ?? Channel(context)
            ?? Edition(project);
    }

    /// <summary>Whether a toolchain accepts what is unstable.</summary>
    public static bool IsNightly(RuntimeVersion? version) => version?.Versions is [var only] && only.StartsWith("nightly", StringComparison.Ordinal);

    private static RuntimeVersion? Toolchain(DetectionContext context, string folder, string name)
    {
        if (context.Snapshot.Find(RepositoryPath.File(folder, name)) is not { } file)
        {
            return null;
        }

        if (name == "rust-toolchain" && !file.Text.Contains("[toolchain]", StringComparison.Ordinal))
        {
            // The old form: one line, the name of the toolchain.
            var (number, text) = file.Lines().FirstOrDefault(line => line.Text.Trim().Length > 0);
            return Named(file, text?.Trim(), number);
        }

        var document = file.Toml();
        return document.Root?.At("toolchain", "channel") is { Text: { } channel } node ? Named(file, channel, node.Line) : null;
    }

    private static RuntimeVersion? Named(SnapshotFile file, string? channel, int line) =>
        channel is not null && channel.Length < 60 && ToolchainName().Match(channel) is { Success: true } match
            ? new("rust", [match.Groups["channel"].Value], file.Path, 0.98, [Cite.At(file, line)])
            : null;

    private static RuntimeVersion? Pinned(DetectionContext context) =>
        CiRuntimes.Find(context, "rust", ("dtolnay/rust-toolchain", "toolchain"), ("actions-rs/toolchain", "toolchain"), ("actions-rust-lang/setup-rust-toolchain", "toolchain")) is { Versions.Count: 1 } pinned
            ? pinned
            : null;

    private static RuntimeVersion? Promised(CargoProject project)
    {
        foreach (var manifest in project.Members.Prepend(project.Root))
        {
            if (manifest.Value("rust-version") is { } value && Version().IsMatch(value.Text))
            {
                return new("rust", [value.Text], manifest.File.Path, 0.85, [Cite.At(manifest.File, value.Line)]);
            }
        }

        return null;
    }

    /// <summary>dtolnay/rust-toolchain takes the channel from the name of its branch.</summary>
    private static RuntimeVersion? Channel(DetectionContext context)
    {
        foreach (var channel in new[] { "stable", "beta", "nightly" })
        {
            foreach (var (configuration, step) in CiCommands.Steps(context))
            {
                if (step.Uses == $"dtolnay/rust-toolchain@{channel}")
                {
                    return new("rust", [channel], configuration.Path, 0.85, [Cite.At(context.Snapshot.Find(configuration.Path)!, step.Line)]);
                }
            }
        }

        return null;
    }

    /// <summary>An edition is understood by every compiler since it came out.</summary>
    private static RuntimeVersion? Edition(CargoProject project) =>
        project.Members.Prepend(project.Root).Select(manifest => (manifest.File, Value: manifest.Value("edition"))).FirstOrDefault(found => found.Value is not null) is { Value: { } edition } found
            ? new("rust", ["stable"], found.File.Path, 0.6, [Cite.At(found.File, edition.Line)])
            : null;

    [GeneratedRegex(@"^(?<channel>(stable|beta|nightly)(-[0-9]{4}-[0-9]{2}-[0-9]{2})?|[0-9]+\.[0-9]+(\.[0-9]+)?)(-[a-z0-9_]+)*$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex ToolchainName();

    [GeneratedRegex(@"^[0-9]+\.[0-9]+(\.[0-9]+)?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Version();
}
