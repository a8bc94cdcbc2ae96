using System.Formats.Tar;
using System.IO.Compression;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Takes contents out of an archive as GitHub makes it, one request for all of them.</summary>
/// <remarks>What the archive says of names, links and modes is believed of nothing: an entry only counts where the commit's tree has a file
/// at its path, and only with the content that the tree says. So nothing that an archive could hold leads anywhere.</remarks>
internal static class GitHubArchive
{
    /// <summary>Reads an archive to its end.</summary>
    /// <param name="wanted">Path to what is to be there. Files that the archive leaves out or changes (<c>export-ignore</c>, <c>export-subst</c>) are still missing afterwards.</param>
    /// <param name="maxBytes">How much may be unpacked.</param>
    /// <returns>How many were found.</returns>
    /// <exception cref="InvalidDataException">It is no archive, or more than may be unpacked.</exception>
    public static async Task<int> ReadAsync(
        Stream archive, IReadOnlyDictionary<string, GitHubTree.Entry> wanted, BlobFolder blobs, long maxBytes, CancellationToken cancellationToken)
    {
        await using var gzip = new GZipStream(archive, CompressionMode.Decompress);
        await using var bounded = new BoundedStream(gzip, maxBytes);
        await using var tar = new TarReader(bounded);
        var found = 0;
        while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            var slash = entry.Name.IndexOf('/', StringComparison.Ordinal);
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || slash < 0
                || !wanted.TryGetValue(entry.Name[(slash + 1)..], out var file) || entry.Length != file.Size)
            {
                continue;
            }

            var content = new byte[file.Size];
            if (entry.DataStream is { } data)
            {
                await data.ReadExactlyAsync(content, cancellationToken);
            }

            found += blobs.TryAdd(file.Id, content) ? 1 : 0;
        }

        return found;
    }

    /// <summary>Ends what unpacks to more than anybody meant.</summary>
    private sealed class BoundedStream(Stream inner, long most) : Stream
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

        public override int Read(byte[] buffer, int offset, int count) => Count(inner.Read(buffer, offset, count));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Count(await inner.ReadAsync(buffer, cancellationToken));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private int Count(int read) => (_read += read) <= most ? read : throw new InvalidDataException($"The archive unpacks to more than {most} bytes.");
    }
}
