using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Detectors.Terraform;

/// <summary>The <c>.tf</c> files of one folder, which are one module (Terraform's "Files and configuration structure").</summary>
internal sealed partial class TerraformModule
{
    private TerraformModule(string folder, IReadOnlyList<SnapshotFile> files)
    {
        Folder = folder;
        Files = files;
    }

    public string Folder { get; }

    /// <summary>In ordinal order; at least one.</summary>
    public IReadOnlyList<SnapshotFile> Files { get; }

    /// <summary>What it constrains Terraform itself to, with its place.</summary>
    public (string Range, Evidence Place)? RequiredVersion { get; private set; }

    /// <summary>A state of its own, or a provider that it configures: it is applied, not called by others.</summary>
    public Evidence? Root { get; private set; }

    /// <summary>The folders of the modules that it calls by a path.</summary>
    public List<string> Calls { get; } = [];

    public string Name => Folder.Length == 0 ? "root" : Path.GetFileName(Folder);

    public static TerraformModule Read(string folder, IEnumerable<SnapshotFile> files)
    {
        var module = new TerraformModule(folder, [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)]);
        foreach (var file in module.Files)
        {
            module.Read(file);
        }

        return module;
    }

    private void Read(SnapshotFile file)
    {
        foreach (var (number, text) in file.Lines())
        {
            var line = text.TrimStart();
            if (line.StartsWith('#') || line.StartsWith("//", StringComparison.Ordinal))
            {
                continue;
            }

            if (RootBlock().IsMatch(line))
            {
                Root ??= Cite.At(file, number);
            }
            else if (Assignment().Match(line) is { Success: true } match)
            {
                var value = match.Groups["value"].Value;
                if (match.Groups["name"].Value == "required_version")
                {
                    RequiredVersion ??= (value, Cite.At(file, number));
                }
                else if (value.StartsWith('.') && RepositoryPath.Combine(Folder, value) is { } called)
                {
                    Calls.Add(called);
                }
            }
        }
    }

    [GeneratedRegex(@"^(backend\s+""[^""]+""|cloud|provider\s+""[^""]+"")\s*\{", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex RootBlock();

    [GeneratedRegex(@"^(?<name>required_version|source)\s*=\s*""(?<value>[^""]{1,200})""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Assignment();
}
