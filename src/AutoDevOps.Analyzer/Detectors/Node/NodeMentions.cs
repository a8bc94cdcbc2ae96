namespace AutoDevOps.Analyzer.Detectors.Node;

/// <summary>Whether manifests and lock files have the name of a package in them; each file is searched once for each name.</summary>
internal sealed class NodeMentions(RepositorySnapshot snapshot)
{
    private readonly Dictionary<string, bool> _manifests = new(StringComparer.Ordinal);
    private readonly Dictionary<(string LockFile, string Name), bool?> _lockFiles = [];

    public bool InManifests(string name)
    {
        if (!_manifests.TryGetValue(name, out var found))
        {
            _manifests.Add(name, found = snapshot.Named("package.json").Any(file => Mentions(file.Text, name)));
        }

        return found;
    }

    /// <summary>Null for a lock file that is binary or too large to be read.</summary>
    public bool? InLockFile(string lockFile, string name)
    {
        if (!_lockFiles.TryGetValue((lockFile, name), out var found))
        {
            _lockFiles.Add((lockFile, name), found = snapshot.Find(lockFile) is { } file ? Mentions(file.Text, name) : null);
        }

        return found;
    }

    /// <summary>Whether the text has the name between characters that are not part of one: <c>"eslint":</c>, <c>eslint@9</c>, <c>node_modules/eslint"</c>;
    /// what <c>"lint": "eslint ."</c> says is a call.</summary>
    private static bool Mentions(string text, string name)
    {
        for (var at = text.IndexOf(name, StringComparison.Ordinal); at >= 0; at = text.IndexOf(name, at + name.Length, StringComparison.Ordinal))
        {
            var before = at == 0 ? '\n' : text[at - 1];
            var after = at + name.Length == text.Length ? '\n' : text[at + name.Length];
            if (before is '"' or '\'' or '/' or '\n' or ' ' or ',' or '\0' && after is '@' or ':' or '/' || (before is '"' or '\'' or '/' or '\n' && after is '"' or '\'' && IsKeyOrPath(text, at + name.Length)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Of <c>"eslint": "9"</c>, <c>"node_modules/eslint": {</c> and <c>["eslint@9", …]</c> what follows the quote is no end of a value.</summary>
    private static bool IsKeyOrPath(string text, int quote) =>
        text.AsSpan(quote + 1).TrimStart() is [':', ..];
}
