namespace AutoDevOps.Analyzer.Snapshots;

/// <summary>What of a snapshot is kept parsed: as much as fits, then the oldest goes. Values take many times the memory of their text, and
/// a repository may hold hundreds of files made of nothing else.</summary>
internal sealed class ParsedDocuments
{
    private const int MaxCharacters = 2_000_000;

    private readonly Queue<(SnapshotFile File, int Characters)> _kept = [];
    private readonly Lock _lock = new();
    private int _characters;

    public void Add(SnapshotFile file, int characters)
    {
        List<SnapshotFile>? gone = null;
        lock (_lock)
        {
            _kept.Enqueue((file, characters));
            _characters += characters;
            while (_characters > MaxCharacters && _kept.Count > 1)
            {
                var oldest = _kept.Dequeue();
                _characters -= oldest.Characters;
                (gone ??= []).Add(oldest.File);
            }
        }

        // Outside the lock: a file locks itself, and calls this.
        foreach (var old in gone ?? [])
        {
            old.Forget();
        }
    }
}
