namespace AutoDevOps.Server.Git;

/// <summary>The body of an answer: it may have so many bytes, and must not fall silent.</summary>
/// <param name="patience">How long the next bytes may take.</param>
internal sealed class MeteredStream(Stream body, long maxBytes, TimeSpan patience, TimeProvider time) : Stream
{
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    /// <exception cref="GitException">It is too much, takes too long, or breaks off.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var timeout = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var read = await body.ReadAsync(buffer, either.Token);
            return (_read += read) <= maxBytes ? read : throw new GitException(GitFailure.TooLarge);
        }
        catch (OperationCanceledException exception) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new GitException(GitFailure.TimedOut, inner: exception);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw new GitException(GitFailure.Interrupted, inner: exception);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            body.Dispose();
        }

        base.Dispose(disposing);
    }
}
