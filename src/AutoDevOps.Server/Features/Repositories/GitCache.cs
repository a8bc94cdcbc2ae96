using System.Collections.Concurrent;
using AutoDevOps.Server.Git;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Keeps what was fetched, a bare repository for each connected one and never one for two of them: what a tenant fetched is
/// seen by no other, not even in how long something takes.</summary>
/// <param name="root">A folder of its own; several processes of one machine may share it.</param>
internal sealed class GitCache(string root, TimeProvider time, ILogger<GitCache> logger)
{
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.Ordinal);

    /// <summary>Waits for one's turn with a repository, in this process and in others.</summary>
    public async Task<Turn> EnterAsync(Guid organizationId, Guid repositoryId, CancellationToken cancellationToken)
    {
        var path = Path.Combine(root, organizationId.ToString("N"), repositoryId.ToString("N"));
        CreateFolder(Path.GetDirectoryName(path)!);
        var gate = _gates.GetOrAdd(path, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(cancellationToken);
        try
        {
            FileStream? file;
            while ((file = TryLock(path)) is null)
            {
                await Task.Delay(LockPoll, time, cancellationToken);
            }

            File.SetLastWriteTimeUtc(LockPath(path), time.GetUtcNow().UtcDateTime);
            return new Turn(path, file, gate);
        }
        catch
        {
            gate.Release();
            throw;
        }
    }

    /// <summary>Deletes what was used longest ago, until the rest is small enough. Who has a turn is passed over.</summary>
    /// <param name="maxBytes">What may stay.</param>
    public void Evict(long maxBytes)
    {
        try
        {
            var kept = new DirectoryInfo(root).EnumerateFiles("*.lock", SearchOption.AllDirectories)
                .Select(file => (Path: file.FullName[..^".lock".Length], Used: file.LastWriteTimeUtc))
                .Select(entry => (entry.Path, entry.Used, Bytes: Size(entry.Path)))
                .OrderBy(entry => entry.Used).ToList();
            var total = kept.Sum(entry => entry.Bytes);
            foreach (var entry in kept.TakeWhile(_ => total > maxBytes))
            {
                using var file = TryLock(entry.Path);
                if (file is not null)
                {
                    Delete(entry.Path);
                    total -= entry.Bytes;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another process may have deleted the same. That the cache is too large is no reason for an analysis to fail.
            logger.LogWarning(exception, "The cache of git repositories could not be brought down to {MaxBytes} bytes.", maxBytes);
        }
    }

    private static string LockPath(string path) => path + ".lock";

    private static string BarePath(string path) => path + ".git";

    private static string BlobsPath(string path) => path + ".blobs";

    // Lock files are never deleted: who waits for one that is deleted would get another than who comes after.
    private static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(LockPath(path), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(LockPath(path)))
        {
            return null;
        }
    }

    // What others may read of a tenant's files is nothing.
    private static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    // Under another name first: what is deleted halfway must not be taken for what it was.
    private static void Delete(string path)
    {
        foreach (var folder in ((string[])[BarePath(path), BlobsPath(path)]).Where(Directory.Exists))
        {
            Directory.Move(folder, $"{path}.{Guid.CreateVersion7():N}.old");
        }

        foreach (var old in Directory.EnumerateDirectories(Path.GetDirectoryName(path)!, Path.GetFileName(path) + ".*.old"))
        {
            Directory.Delete(old, recursive: true);
        }
    }

    private static long Size(string path) =>
        Directory.EnumerateDirectories(Path.GetDirectoryName(path)!, Path.GetFileName(path) + ".*")
            .Sum(folder => new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length));

    /// <summary>The time in which a repository is one's own.</summary>
    internal sealed class Turn(string path, FileStream lockFile, SemaphoreSlim gate) : IDisposable
    {
        public BareRepository Repository { get; } = new(BarePath(path));

        /// <summary>Single contents, for sources that do not come by git's protocol.</summary>
        public BlobFolder Blobs { get; } = new(BlobsPath(path));

        /// <summary>Throws away what there is.</summary>
        public void Discard() => Delete(path);

        public void Dispose()
        {
            lockFile.Dispose();
            gate.Release();
        }
    }
}
