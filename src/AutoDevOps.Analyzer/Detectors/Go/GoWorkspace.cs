namespace AutoDevOps.Analyzer.Detectors.Go;

/// <summary>A <c>go.work</c>: below its folder the go command works on the modules that it lists, and refuses all others.</summary>
/// <remarks>https://go.dev/ref/mod#go-work-file.</remarks>
internal sealed record GoWorkspace(SnapshotFile File, IReadOnlySet<string> Modules)
{
    public static GoWorkspace Read(SnapshotFile file)
    {
        var modules = new HashSet<string>(StringComparer.Ordinal);
        var isInBlock = false;
        foreach (var (_, text) in file.Lines())
        {
            var line = text.Split("//")[0].Trim();
            if (isInBlock && line == ")")
            {
                isInBlock = false;
            }
            else if (line.StartsWith("use", StringComparison.Ordinal) && line[3..].Trim() == "(")
            {
                isInBlock = true;
            }
            else if (isInBlock || line.StartsWith("use ", StringComparison.Ordinal))
            {
                var path = (isInBlock ? line : line[4..]).Trim().Trim('"', '`');
                if (path.Length > 0 && RepositoryPath.Combine(file.Directory, path) is { } folder)
                {
                    modules.Add(folder);
                }
            }
        }

        return new(file, modules);
    }
}
