namespace AutoDevOps.Analyzer.Snapshots;

/// <summary>The repository that a folder is a part of without being its root.</summary>
/// <param name="Root">Its absolute path.</param>
/// <param name="Prefix">The folder from that root, with a slash at its end.</param>
internal sealed record EnclosingRepository(string Root, string Prefix)
{
    /// <summary>The nearest folder around this one with a <c>.git</c>; null when there is none, or the folder has one of its own.</summary>
    public static EnclosingRepository? Of(string folder)
    {
        if (Path.Exists(Path.Combine(folder, ".git")))
        {
            return null;
        }

        for (var around = Path.GetDirectoryName(folder); around is not null; around = Path.GetDirectoryName(around))
        {
            if (Path.Exists(Path.Combine(around, ".git")))
            {
                return new(around, Path.GetRelativePath(around, folder).Replace('\\', '/') + "/");
            }
        }

        return null;
    }

    /// <summary>What the folders above leave out; null when they leave out the folder itself, which then stands alone.</summary>
    /// <param name="read">Adds the patterns of a folder: what holds so far, the folder, its prefix, and how to name its file.</param>
    public GitIgnore? Ignored(Func<GitIgnore, string, string, string, GitIgnore> read)
    {
        var (ignored, folder, prefix) = (GitIgnore.None, Root, "");
        foreach (var name in Prefix.Split('/')[..^1])
        {
            ignored = read(ignored, folder, prefix, prefix + ".gitignore");
            if (ignored.IsIgnored(prefix + name, isFolder: true))
            {
                return null;
            }

            (folder, prefix) = (Path.Combine(folder, name), $"{prefix}{name}/");
        }

        return ignored;
    }
}
