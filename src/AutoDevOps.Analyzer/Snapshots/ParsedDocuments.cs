namespace AutoDevOps.Analyzer.Snapshots;

/// <summary>What of a snapshot is kept parsed: as much as fits, then the oldest goes. Values take many times the memory of their text, and
/// a repository may hold hundreds of files made of nothing else.</summary>
internal sealed class ParsedDocuments
{
    private const int MaxCharacters = 2_000_000;

    private readonly LinkedList<(SnapshotFile File, int Characters)> _kept = [];

    /// <summary>A file stands in the list once: counted again each time it is parsed anew, it would push out itself.</summary>
    private readonly Dictionary<SnapshotFile, LinkedListNode<(SnapshotFile File, int Characters)>> _places = [];

    private readonly Lock _lock = new();
    private int _characters;

    public void Add(SnapshotFile file, int characters)
    {
        List<SnapshotFile>? gone = null;
        lock (_lock)
        {
            // It may be kept in two formats.
            var place = _kept.AddLast((file, characters + Drop(file)));
            _places.Add(file, place);
            _characters += place.Value.Characters;
            while (_characters > MaxCharacters && _kept.Count > 1)
            {
                var oldest = _kept.First!.Value.File;
                Drop(oldest);
                (gone ??= []).Add(oldest);
            }
        }

        // Outside the lock: a file locks itself, and calls this.
        foreach (var old in gone ?? [])
        {
            old.Forget();
        }
    }

    /// <summary>The file keeps nothing any more.</summary>
    public void Remove(SnapshotFile file)
    {
        lock (_lock)
        {
            Drop(file);
        }
    }

    private int Drop(SnapshotFile file)
    {
        if (!_places.Remove(file, out var place))
        {
            return 0;
        }

        _kept.Remove(place);
        _characters -= place.Value.Characters;
        return place.Value.Characters;
    }
}
