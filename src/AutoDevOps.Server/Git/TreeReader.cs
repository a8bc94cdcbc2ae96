using System.Text;

namespace AutoDevOps.Server.Git;

/// <summary>What an entry of a tree is, from its mode.</summary>
internal enum TreeEntryKind
{
    File,
    Folder,
    Link,
    Submodule,
    Unknown,
}

/// <summary>An entry of a tree.</summary>
/// <param name="Name">UTF-8, invalid bytes replaced by U+FFFD. Whoever made the tree chose it: it may be anything.</param>
internal readonly record struct TreeEntry(string Name, TreeEntryKind Kind, ObjectId Id)
{
    /// <summary>Whether the mode lets its owner run it as a program.</summary>
    public bool IsExecutable { get; init; }
}

/// <summary>Reads what commits and trees say.</summary>
internal static class TreeReader
{
    // A folder of a hundred thousand files takes about five.
    private const long MaxTreeBytes = 32 * 1024 * 1024;
    private const int MaxTags = 8;

    private const int TypeMask = 0xF000;
    private const int FolderType = 0x4000;
    private const int FileType = 0x8000;
    private const int LinkType = 0xA000;
    private const int SubmoduleType = 0xE000;

    /// <summary>The commit that this is, or that the tag it is leads to.</summary>
    /// <returns>Null when it is or leads to something else.</returns>
    /// <exception cref="GitException">It is malformed, or not here.</exception>
    public static ObjectId? CommitOf(ObjectStore objects, ObjectId id)
    {
        for (var tags = 0; tags <= MaxTags; tags++)
        {
            switch (objects.Find(id)?.Kind)
            {
                case ObjectKind.Commit:
                    return id;
                case ObjectKind.Tag:
                    id = FirstLine(objects, id, ObjectKind.Tag, "object ");
                    break;
                case null:
                    throw GitException.Damaged($"The object {id} is missing.");
                default:
                    return null;
            }
        }

        return null;
    }

    /// <summary>The tree of a commit.</summary>
    public static ObjectId TreeOf(ObjectStore objects, ObjectId commit) => FirstLine(objects, commit, ObjectKind.Commit, "tree ");

    /// <summary>A tree's entries, in its own order.</summary>
    /// <exception cref="GitException">It is malformed, too large, or not here.</exception>
    public static List<TreeEntry> Entries(ObjectStore objects, ObjectId tree)
    {
        if (objects.Find(tree) is { Size: > MaxTreeBytes })
        {
            throw new GitException(GitFailure.TooLarge);
        }

        List<TreeEntry> entries = [];
        for (ReadOnlySpan<byte> rest = objects.Read(tree, ObjectKind.Tree); rest.Length > 0;)
        {
            var space = rest.IndexOf((byte)' ');
            var end = rest.IndexOf((byte)0);
            if (space < 1 || end < space || rest.Length < end + 1 + ObjectId.Size)
            {
                throw GitException.Damaged($"The tree {tree} is malformed.");
            }

            entries.Add(new TreeEntry(Encoding.UTF8.GetString(rest[(space + 1)..end]), Kind(rest[..space]), new ObjectId(rest[(end + 1)..])) { IsExecutable = rest[..space].SequenceEqual("100755"u8) });
            rest = rest[(end + 1 + ObjectId.Size)..];
        }

        return entries;
    }

    private static TreeEntryKind Kind(ReadOnlySpan<byte> mode)
    {
        var value = 0;
        foreach (var digit in mode)
        {
            if (digit is < (byte)'0' or > (byte)'7' || value > TypeMask)
            {
                return TreeEntryKind.Unknown;
            }

            value = (value * 8) + digit - '0';
        }

        return (value & TypeMask) switch
        {
            _ when value > 0xFFFF => TreeEntryKind.Unknown,
            FolderType => TreeEntryKind.Folder,
            FileType => TreeEntryKind.File,
            LinkType => TreeEntryKind.Link,
            SubmoduleType => TreeEntryKind.Submodule,
            _ => TreeEntryKind.Unknown,
        };
    }

    private static ObjectId FirstLine(ObjectStore objects, ObjectId id, ObjectKind kind, string word)
    {
        var start = objects.Read(id, kind).AsSpan();
        var text = Encoding.ASCII.GetString(start[..Math.Min(start.Length, word.Length + (2 * ObjectId.Size) + 1)]);
        return text.StartsWith(word, StringComparison.Ordinal) && text.EndsWith('\n') && ObjectId.TryParse(text[word.Length..].TrimEnd('\n'), out var found)
            ? found
            : throw GitException.Damaged($"The {ObjectHasher.Word(kind)} {id} is malformed.");
    }
}
