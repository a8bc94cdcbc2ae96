namespace AutoDevOps.Server.Git;

/// <summary>Counts bytes of work, and ends what takes more than its share or is not wanted any more.</summary>
/// <remarks>A few kilobytes can be made to decompress to terabytes; what a server sends says nothing of what it costs.</remarks>
internal sealed class WorkLimit(long maxBytes, CancellationToken cancellationToken)
{
    private long _bytes;

    /// <exception cref="GitException">It is too much.</exception>
    /// <exception cref="OperationCanceledException">It is not wanted any more.</exception>
    public void Spend(long bytes)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Interlocked.Add(ref _bytes, bytes) > maxBytes)
        {
            throw new GitException(GitFailure.TooLarge);
        }
    }
}
