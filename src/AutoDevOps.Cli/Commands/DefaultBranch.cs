namespace AutoDevOps.Cli.Commands;

/// <summary>The default branch of a local clone, as far as its files say; git itself is not run.</summary>
internal static class DefaultBranch
{
    private const string Prefix = "ref: refs/remotes/origin/";

    private const long MaxLength = 16 * 1024 * 1024;

    private static readonly string[] Usual = ["main", "master", "trunk", "develop"];

    /// <summary>What the remote calls its default, else the only usual name that is there; null when nothing says.</summary>
    public static string? Of(string folder)
    {
        try
        {
            var git = Path.Combine(folder, ".git");
            var remote = Path.Combine(git, "refs", "remotes", "origin", "HEAD");
            if (Lines(remote).FirstOrDefault() is { } line && line.StartsWith(Prefix, StringComparison.Ordinal))
            {
                return line[Prefix.Length..].Trim();
            }

            var names = Lines(Path.Combine(git, "packed-refs")).Select(entry => entry.Split(' ')[^1]).ToHashSet(StringComparer.Ordinal);
            var local = Usual.Where(name => File.Exists(Path.Combine(git, "refs", "heads", name)) || names.Contains("refs/heads/" + name)).ToList();
            return local is [var only] ? only : null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // Not knowing the branch is no reason to fail: the workflow names the usual one, and --branch another.
            return null;
        }
    }

    /// <summary>None where nothing is, and of what git would not have written: a pipe or a device has no length.</summary>
    private static IEnumerable<string> Lines(string path) => new FileInfo(path) is { Exists: true, Length: > 0 and <= MaxLength } ? File.ReadLines(path) : [];
}
