namespace AutoDevOps.Server.Hosting;

/// <summary>Paths without links in the way, as realpath(3) gives them.</summary>
internal static class RealPath
{
    /// <summary>The full path with every link on the way followed. What does not exist yet has none.</summary>
    /// <exception cref="IOException">Links go around in a circle, or may not be read.</exception>
    public static string Of(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var parent = Path.GetDirectoryName(full);
        if (parent is null)
        {
            return full;
        }

        var at = Path.Combine(Of(parent), Path.GetFileName(full));
        return Directory.Exists(at) && Directory.ResolveLinkTarget(at, returnFinalTarget: true) is { } target ? Of(target.FullName) : at;
    }
}
