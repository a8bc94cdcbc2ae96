namespace AutoDevOps.Server.Tests.Support;

/// <summary>The repository that the tests were built from.</summary>
internal static class SourceTree
{
    public static string Root { get; } = FindRoot();

    public static string Read(params IEnumerable<string> path) => File.ReadAllText(Path.Combine([Root, .. path]));

    /// <summary>The program's own source files, by their path from the root.</summary>
    public static IEnumerable<(string Path, string Text)> ServerSources() =>
        Directory.EnumerateFiles(Path.Combine(Root, "src", "AutoDevOps.Server"), "*", SearchOption.AllDirectories)
            .Where(file => file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".razor", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(file => (Path.GetRelativePath(Root, file), File.ReadAllText(file)));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "AutoDevOps.slnx")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
