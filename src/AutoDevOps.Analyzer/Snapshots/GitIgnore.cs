namespace AutoDevOps.Analyzer.Snapshots;

/// <summary>The patterns of the <c>.gitignore</c> files from the root down to one folder.</summary>
/// <remarks>gitignore(5): the file nearest to a path decides first, and in a file the last pattern that matches. That nothing below an
/// ignored folder can be taken back is up to the walk, which does not enter such a folder.</remarks>
internal sealed class GitIgnore
{
    /// <summary>More patterns in one file are not read: each is tried on each path.</summary>
    public const int MaxPatterns = 5_000;

    private readonly GitIgnore? _outer;
    private readonly string _prefix;
    private readonly List<IgnorePattern> _patterns;

    private GitIgnore(GitIgnore? outer, string prefix, List<IgnorePattern> patterns)
    {
        _outer = outer;
        _prefix = prefix;
        _patterns = patterns;
    }

    public static GitIgnore None { get; } = new(null, "", []);

    /// <summary>These patterns, and before them those of a folder further in.</summary>
    /// <param name="prefix">The folder with a slash at its end; <c>""</c> for the root.</param>
    public GitIgnore With(string prefix, IEnumerable<string> lines, out bool isComplete)
    {
        var patterns = lines.Select(IgnorePattern.Parse).OfType<IgnorePattern>().Take(MaxPatterns + 1).ToList();
        isComplete = patterns.Count <= MaxPatterns;
        if (!isComplete)
        {
            patterns.RemoveAt(MaxPatterns);
        }

        return patterns.Count == 0 ? this : new(this, prefix, patterns);
    }

    /// <param name="path">From the root, without a slash at its end.</param>
    public bool IsIgnored(string path, bool isFolder)
    {
        for (var level = this; level is not null; level = level._outer)
        {
            var relative = path.AsSpan(level._prefix.Length);
            for (var index = level._patterns.Count - 1; index >= 0; index--)
            {
                if (level._patterns[index].Matches(relative, isFolder))
                {
                    return !level._patterns[index].IsNegated;
                }
            }
        }

        return false;
    }
}

/// <summary>One line of a <c>.gitignore</c>.</summary>
internal sealed class IgnorePattern
{
    private readonly bool _onlyFolders;
    private readonly bool _anyDepth;

    /// <summary>One per name of the path; null stands for <c>**</c>.</summary>
    private readonly GlobPattern?[] _segments;

    private IgnorePattern(bool isNegated, bool onlyFolders, bool anyDepth, GlobPattern?[] segments)
    {
        IsNegated = isNegated;
        _onlyFolders = onlyFolders;
        _anyDepth = anyDepth;
        _segments = segments;
    }

    /// <summary>Whether what it matches is kept.</summary>
    public bool IsNegated { get; }

    /// <summary>The pattern of a line, or null: a comment, or nothing.</summary>
    public static IgnorePattern? Parse(string line)
    {
        var text = WithoutTrailingSpaces(line.TrimEnd('\r'));
        if (text.Length == 0 || text[0] == '#')
        {
            return null;
        }

        var negated = text[0] == '!';
        text = negated ? text[1..] : text;
        var onlyFolders = text.EndsWith('/');
        text = onlyFolders ? text[..^1] : text;
        if (text.Length == 0)
        {
            return null;
        }

        // Without a slash in front or in the middle a pattern holds at any depth; with one it starts at its own folder.
        var anyDepth = !text.Contains('/', StringComparison.Ordinal);
        text = text[0] == '/' ? text[1..] : text;
        return new(negated, onlyFolders, anyDepth,
            [.. text.Split('/').Select(segment => IsDeep(segment) && !anyDepth ? null : GlobPattern.Parse(segment))]);
    }

    /// <summary>Git takes more than two stars for two.</summary>
    private static bool IsDeep(string segment) => segment.Length > 1 && segment.All(character => character == '*');

    /// <param name="path">Relative to the folder of the file that holds the pattern.</param>
    public bool Matches(ReadOnlySpan<char> path, bool isFolder)
    {
        if (_onlyFolders && !isFolder)
        {
            return false;
        }

        return _anyDepth
            ? _segments[0]!.Matches(path[(path.LastIndexOf('/') + 1)..])
            : MatchesSegments(path);
    }

    /// <summary>As for one name, with <c>**</c> in the place of the star: of several only the last is tried again.</summary>
    private bool MatchesSegments(ReadOnlySpan<char> path)
    {
        var (segment, deep, retry) = (0, -1, 0);
        var at = 0;
        while (at <= path.Length)
        {
            if (segment < _segments.Length && _segments[segment] is null)
            {
                // At the end it stands for what is inside, so for at least one name.
                if (segment == _segments.Length - 1)
                {
                    return true;
                }

                deep = segment++;
                retry = at;
            }
            else if (segment < _segments.Length && _segments[segment]!.Matches(NameAt(path, at)))
            {
                segment++;
                at = After(path, at);
                if (segment == _segments.Length && at > path.Length)
                {
                    return true;
                }
            }
            else if (deep >= 0)
            {
                segment = deep + 1;
                at = retry = After(path, retry);
            }
            else
            {
                return false;
            }
        }

        return false;
    }

    private static ReadOnlySpan<char> NameAt(ReadOnlySpan<char> path, int at)
    {
        var rest = path[at..];
        var slash = rest.IndexOf('/');
        return slash < 0 ? rest : rest[..slash];
    }

    private static int After(ReadOnlySpan<char> path, int at) => at + NameAt(path, at).Length + 1;

    /// <summary>A backslash keeps the space behind it; a tab is no space.</summary>
    private static string WithoutTrailingSpaces(string line)
    {
        var end = line.Length;
        while (end > 0 && line[end - 1] == ' ' && !IsEscaped(line, end - 1))
        {
            end--;
        }

        return line[..end];
    }

    private static bool IsEscaped(string line, int at)
    {
        var backslashes = 0;
        while (at - backslashes > 0 && line[at - backslashes - 1] == '\\')
        {
            backslashes++;
        }

        return backslashes % 2 == 1;
    }
}
