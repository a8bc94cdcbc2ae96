namespace AutoDevOps.Server.Git;

/// <summary>Keeps objects that others are made from, those used last, so that a chain of differences is not walked for each of its
/// links.</summary>
/// <param name="maxBytes">Bytes kept in all.</param>
internal sealed class DeltaBaseCache(long maxBytes)
{
    private readonly Dictionary<(PackReader Pack, long Offset), LinkedListNode<Kept>> _byPlace = [];
    private readonly LinkedList<Kept> _byUse = [];
    private readonly Lock _lock = new();
    private long _bytes;

    public bool TryGet((PackReader Pack, long Offset) place, out GitObject found)
    {
        lock (_lock)
        {
            if (!_byPlace.TryGetValue(place, out var node))
            {
                found = default;
                return false;
            }

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            found = node.Value.Object;
            return true;
        }
    }

    public void Add((PackReader Pack, long Offset) place, GitObject made)
    {
        // One that would push out most others is not worth it.
        if (made.Content.Length > maxBytes / 4)
        {
            return;
        }

        lock (_lock)
        {
            if (!_byPlace.TryAdd(place, new LinkedListNode<Kept>(new Kept(place, made))))
            {
                return;
            }

            _byUse.AddFirst(_byPlace[place]);
            _bytes += made.Content.Length;
            while (_bytes > maxBytes && _byUse.Last is { } oldest)
            {
                _byUse.RemoveLast();
                _byPlace.Remove(oldest.Value.Place);
                _bytes -= oldest.Value.Object.Content.Length;
            }
        }
    }

    private sealed record Kept((PackReader Pack, long Offset) Place, GitObject Object);
}
