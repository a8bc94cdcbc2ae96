namespace AutoDevOps.Analyzer.Tests.Support;

/// <summary>The repository that these tests are part of.</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find();

    /// <summary>Where fixtures are written anew; they are read from beside the program.</summary>
    public static string Fixtures { get; } = System.IO.Path.Combine(Path, "tests", "Analyzer.Tests", "Fixtures");

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(System.IO.Path.Combine(folder, "AutoDevOps.slnx")))
        {
            folder = System.IO.Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        }

        return folder;
    }
}
