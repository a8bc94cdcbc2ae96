namespace AutoDevOps.Benchmarks;

/// <summary>What others made, to measure beside ours.</summary>
internal static class Peers
{
    /// <summary>Where a file of <c>bench/peers</c> lies.</summary>
    /// <exception cref="DirectoryNotFoundException">They are not installed.</exception>
    public static string Path(string name)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(System.IO.Path.Combine(folder, "AutoDevOps.slnx")))
        {
            folder = System.IO.Path.GetDirectoryName(folder.TrimEnd(System.IO.Path.DirectorySeparatorChar))
                ?? throw new DirectoryNotFoundException("The benchmark does not run inside the repository.");
        }

        var peers = System.IO.Path.Combine(folder, "bench", "peers");
        return Directory.Exists(System.IO.Path.Combine(peers, "node_modules"))
            ? System.IO.Path.Combine(peers, name)
            : throw new DirectoryNotFoundException("The peers are not installed. Run: npm --prefix bench/peers ci --ignore-scripts");
    }
}
