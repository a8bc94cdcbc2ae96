using System.Net.Http.Headers;

namespace AutoDevOps.Server.GitHub;

/// <summary>Answers with their ETags, for who asked before: what was used longest ago goes first.</summary>
/// <remarks>Kept by whose token it was, so that nobody gets what another may see; and GitHub is asked each time whether it still holds.</remarks>
internal sealed class GitHubAnswers
{
    private const long MaxBytes = 32 * 1024 * 1024;
    private const int MaxAnswerBytes = 4 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Identity, string Address), LinkedListNode<Entry>> _byKey = [];
    private readonly LinkedList<Entry> _byUse = new();
    private long _bytes;

    public Answer? Find(string identity, Uri address)
    {
        lock (_lock)
        {
            if (!_byKey.TryGetValue((identity, address.AbsoluteUri), out var node))
            {
                return null;
            }

            _byUse.Remove(node);
            _byUse.AddLast(node);
            return node.Value.Answer;
        }
    }

    public void Keep(string identity, Uri address, Answer answer)
    {
        if (answer.Body.Length > MaxAnswerBytes)
        {
            return;
        }

        var key = (identity, address.AbsoluteUri);
        lock (_lock)
        {
            if (_byKey.Remove(key, out var old))
            {
                Drop(old);
            }

            _byKey[key] = _byUse.AddLast(new Entry(key, answer));
            _bytes += answer.Body.Length;
            while (_bytes > MaxBytes && _byUse.First is { } oldest)
            {
                _byKey.Remove(oldest.Value.Key);
                Drop(oldest);
            }
        }
    }

    private void Drop(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _bytes -= node.Value.Answer.Body.Length;
    }

    /// <param name="Next">The address of the next page, if there is one.</param>
    public sealed record Answer(EntityTagHeaderValue Tag, byte[] Body, Uri? Next);

    private sealed record Entry((string Identity, string Address) Key, Answer Answer);
}
