using System.Security.Cryptography;

namespace AutoDevOps.Server.Security;

/// <summary>The key that signs session cookies: 256 random bits in a file that only its owner may read.</summary>
internal sealed class SigningKey
{
    private const int Bytes = 32;

    private SigningKey(byte[] value) => Value = value;

    public byte[] Value { get; }

    /// <summary>Reads the key, or makes one if there is none. Of two processes that make one together, one wins and both use it.</summary>
    /// <exception cref="IOException">The file cannot be read or written, or is not such a key.</exception>
    public static SigningKey LoadOrCreate(string path)
    {
        if (!File.Exists(path))
        {
            Create(path);
        }

        var value = File.ReadAllBytes(path);
        return value.Length == Bytes
            ? new SigningKey(value)
            : throw new IOException($"{path} should hold a key of {Bytes} bytes, and holds {value.Length}. Delete it to sign everybody out and get a new one.");
    }

    private static void Create(string path)
    {
        var temporary = $"{path}.{Guid.CreateVersion7():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using (var file = new FileStream(temporary, options))
            {
                file.Write(RandomNumberGenerator.GetBytes(Bytes));
                file.Flush(flushToDisk: true);
            }

            // Never over an existing one: that would sign out whoever was signed in with it.
            File.Move(temporary, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was faster.
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
