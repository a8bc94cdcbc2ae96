using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using AutoDevOps.Server.Git;
using AutoDevOps.Server.Tests.Support;
using CsCheck;
using static AutoDevOps.Server.Tests.Support.PackBuilder;

namespace AutoDevOps.Server.Tests.Git;

/// <summary>Packs come from strangers. What git makes of a good one, we make too; a bad one is refused, and costs no more than it may.</summary>
public sealed class PackIndexerTests : IDisposable
{
    private const long AnyWork = long.MaxValue;
    private readonly GitWorkshop _workshop = new();

    public void Dispose() => _workshop.Dispose();

    [Fact]
    public async Task The_index_is_the_one_that_git_makes()
    {
        _workshop.Write("src/a.bin", RandomNumberGenerator.GetBytes(200_000));
        _workshop.Commit("empty");
        _workshop.WriteHistory("refs/heads/main", commits: 50);
        _workshop.Git("tag", "--annotate", "--message", "One", "v1");
        var pack = Assert.Single(Directory.GetFiles(Path.Combine(_workshop.Bare(), "objects", "pack"), "*.pack"));

        Assert.Equal(await File.ReadAllBytesAsync(Path.ChangeExtension(pack, ".idx")), await IndexAsync(await File.ReadAllBytesAsync(pack)));
    }

    [Fact]
    public void Whatever_files_are_committed_the_index_is_the_one_that_git_makes() =>
        Gen.Select(Gen.Byte.Array[0, 300].Array[1, 12], Gen.Int[1, 40]).Sample(
            sample =>
            {
                var (contents, repeat) = sample;
                // Parts of one another, so that git makes differences of them.
                var blobs = contents.Select((content, at) => _workshop.WriteObject("blob", [.. contents.Take(at + 1).SelectMany(part => Repeat(part, repeat))])).Distinct();
                var pack = GitWorkshop.GitBytes(_workshop.Tree, Encoding.ASCII.GetBytes(string.Join('\n', blobs) + "\n"), "pack-objects", "--stdout", "-q", "--window=10");
                var path = _workshop.Beside($"{Guid.CreateVersion7():N}.pack");
                File.WriteAllBytes(path, pack);
                return GitIndex(path).SequenceEqual(IndexAsync(pack).GetAwaiter().GetResult());
            },
            iter: 25,
            threads: 1);

    [Fact]
    public async Task Differences_that_name_their_base_by_id_are_found_in_any_order()
    {
        var content = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("the base ", 100)));
        var baseId = Id("blob", content);
        byte[] once = [.. content, .. "!"u8];
        byte[] first = [.. Size(content.Length), .. Size(once.Length), .. Copy(content.Length), 1, .. "!"u8];
        byte[] second = [.. Size(once.Length), .. Size(once.Length + 1), .. Copy(once.Length), 1, .. "?"u8];

        var index = await IndexAsync(Pack(ByIdOf(Id("blob", once), second), ByIdOf(baseId, first), Whole(3, content)));

        Assert.Equal(3, BinaryPrimitives.ReadInt32BigEndian(index.AsSpan(8 + (255 * 4))));
        foreach (var id in new[] { baseId, Id("blob", once), Id("blob", [.. once, .. "?"u8]) })
        {
            Assert.True(index.AsSpan().IndexOf(Convert.FromHexString(id)) > 0);
        }
    }

    [Fact]
    public async Task An_end_that_could_be_at_two_places_is_found()
    {
        // Stored and not compressed, so that the content stands before its checksum as it is; and its last bytes are that checksum.
        var index = await IndexAsync(Pack([Whole(3, EndsInItsChecksum(), CompressionLevel.NoCompression), .. Enumerable.Repeat(Whole(3, []), 20)]));

        Assert.Equal(21, BinaryPrimitives.ReadInt32BigEndian(index.AsSpan(8 + (255 * 4))));
    }

    [Fact]
    public async Task What_a_thin_pack_lacks_is_added_from_what_is_known()
    {
        var (content, nothing) = (Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("the base ", 100))), Array.Empty<byte>());
        _workshop.WriteObject("blob", content);
        _workshop.WriteObject("blob", nothing);
        var known = ObjectStore.Open(Path.Combine(_workshop.Tree, ".git"));
        byte[] first = [.. content, .. "!"u8];
        byte[] toFirst = [.. Size(content.Length), .. Size(first.Length), .. Copy(content.Length), 1, .. "!"u8];
        byte[] toSecond = [.. Size(first.Length), .. Size(first.Length + 1), .. Copy(first.Length), 1, .. "?"u8];
        byte[] toThird = [.. Size(0), .. Size(1), 1, .. "x"u8];
        var thin = Pack(ByIdOf(Id("blob", first), toSecond), ByIdOf(Id("blob", content), toFirst), ByIdOf(Id("blob", nothing), toThird));

        await Assert.ThrowsAsync<GitException>(() => IndexAsync(thin));
        await IndexAsync(thin, known: known);

        var path = Directory.GetFiles(_workshop.Beside(""), "*.pack").MaxBy(File.GetCreationTimeUtc)!;
        Assert.Equal(await File.ReadAllBytesAsync(path + ".idx"), GitIndex(path));
        var listed = GitWorkshop.GitIn(_workshop.Tree, null, "verify-pack", "-v", Path.ChangeExtension(path, ".idx"));
        Assert.All(new[] { content, first, [.. first, .. "?"u8], nothing, "x"u8.ToArray() }, made => Assert.Contains(Id("blob", made), listed, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_empty_pack_is_one() => Assert.Equal(0, BinaryPrimitives.ReadInt32BigEndian((await IndexAsync(Pack())).AsSpan(8 + (255 * 4))));

    public static TheoryData<string, byte[]> Bad()
    {
        var good = Pack(Whole(3, "hello"u8.ToArray()));
        byte[] delta = [.. Size(5), .. Size(6), 1, .. "x"u8];
        return new TheoryData<string, byte[]>
        {
            { "nothing", [] },
            { "other data", "HTTP/1.1 200 OK\r\n\r\nthis is no pack"u8.ToArray() },
            { "a byte changed", [.. good[..16], (byte)(good[16] ^ 1), .. good[17..]] },
            { "the checksum changed", [.. good[..^1], (byte)(good[^1] ^ 1)] },
            { "cut off", good[..^3] },
            { "cut off within an object", Sealed(good[..18]) },
            { "more objects than it has", Sealed([.. good[..8], 0, 0, 0, 9, .. good[12..^20]]) },
            { "fewer objects than it has", Sealed([.. good[..8], 0, 0, 0, 0, .. good[12..^20]]) },
            { "an unknown version", Sealed([.. good[..4], 0, 0, 0, 9, .. good[8..^20]]) },
            { "a wrong size", Pack([(3 << 4) | 6, .. Zlib("hello"u8.ToArray())]) },
            { "an unknown type", Pack([(5 << 4) | 5, .. Zlib("hello"u8.ToArray())]) },
            { "a size without an end", Pack(Enumerable.Repeat((byte)0xbf, 40).ToArray()) },
            { "a difference to nothing", Pack(ByIdOf(Id("blob", "gone"u8.ToArray()), delta)) },
            { "a difference to before the pack", Pack([(6 << 4) | 6, 0x7f, .. Zlib(delta)]) },
            { "a difference to itself", Pack([(6 << 4) | 6, 0, .. Zlib(delta)]) },
            { "a difference to another size", Pack(Whole(3, "hell"u8.ToArray()), ByIdOf(Id("blob", "hell"u8.ToArray()), delta)) },
            { "a difference that makes less", Pack(Whole(3, "hello"u8.ToArray()), ByIdOf(Id("blob", "hello"u8.ToArray()), delta)) },
            { "a difference that copies what is not there", Pack(Whole(3, "hello"u8.ToArray()), ByIdOf(Id("blob", "hello"u8.ToArray()), [.. Size(5), .. Size(6), .. Copy(6)])) },
            { "a difference that ends too soon", Pack(Whole(3, "hello"u8.ToArray()), ByIdOf(Id("blob", "hello"u8.ToArray()), [.. Size(5), .. Size(6), 0x91])) },
            { "the reserved instruction", Pack(Whole(3, "hello"u8.ToArray()), ByIdOf(Id("blob", "hello"u8.ToArray()), [.. Size(5), .. Size(6), 0])) },
        };
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task What_is_wrong_with_a_pack_is_found(string flaw, byte[] pack)
    {
        var exception = await Assert.ThrowsAsync<GitException>(() => IndexAsync(pack));

        Assert.True(exception.Failure == GitFailure.Damaged, flaw);
    }

    [Fact]
    public async Task Whatever_byte_of_a_pack_is_changed_it_is_refused()
    {
        byte[] delta = [.. Size(5), .. Size(10), .. Copy(5), .. Copy(5)];
        var good = Pack(Whole(3, "hello"u8.ToArray()), ByIdOf(Id("blob", "hello"u8.ToArray()), delta), Whole(2, []));
        await IndexAsync(good);
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte[1, 255]).Sample(
            change =>
            {
                var bad = good.ToArray();
                bad[change.Item1] ^= change.Item2;
                try
                {
                    IndexAsync(bad).GetAwaiter().GetResult();
                    return false;
                }
                catch (GitException exception)
                {
                    return exception.Failure is GitFailure.Damaged or GitFailure.TooLarge;
                }
            },
            iter: 500,
            threads: 1);
    }

    [Fact]
    public async Task A_few_bytes_that_decompress_to_a_hundred_megabytes_are_stopped()
    {
        var bomb = Pack(Whole(3, new byte[50_000_000]), Whole(3, [1, .. new byte[50_000_000]]));
        Assert.True(bomb.Length < 200_000);

        var exception = await Assert.ThrowsAsync<GitException>(() => IndexAsync(bomb, maxWork: 20_000_000));

        Assert.Equal(GitFailure.TooLarge, exception.Failure);
    }

    [Fact]
    public async Task A_difference_that_makes_terabytes_is_refused_before_any_memory_is_taken()
    {
        var content = new byte[1000];
        byte[] delta = [.. Size(content.Length), .. Size(1L << 42), .. Copy(1000)];

        var exception = await Assert.ThrowsAsync<GitException>(() => IndexAsync(Pack(Whole(3, content), ByIdOf(Id("blob", content), delta))));

        Assert.Equal(GitFailure.TooLarge, exception.Failure);
    }

    [Fact]
    public async Task A_chain_in_which_each_link_doubles_is_stopped()
    {
        var content = new byte[1 << 16];
        List<byte[]> objects = [Whole(3, content)];
        for (var link = 0; link < 30; link++)
        {
            byte[] delta = [.. Size(content.Length), .. Size(2L * content.Length), .. Enumerable.Range(0, 2 * content.Length / (1 << 16)).SelectMany(_ => Copy(1 << 16))];
            objects.Add(ByIdOf(Id("blob", content), delta));
            content = content.Length < 1 << 24 ? new byte[2 * content.Length] : content;
        }

        var exception = await Assert.ThrowsAsync<GitException>(() => IndexAsync(Pack([.. objects]), maxWork: 8 << 20));

        Assert.Equal(GitFailure.TooLarge, exception.Failure);
    }

    [Fact]
    public async Task Too_many_objects_are_refused_by_their_number_alone()
    {
        var pack = Sealed([.. "PACK"u8, .. PackBuilder.Version, 0x7f, 0xff, 0xff, 0xff]);

        Assert.Equal(GitFailure.TooLarge, (await Assert.ThrowsAsync<GitException>(() => IndexAsync(pack))).Failure);
    }

    [Fact]
    public async Task It_stops_when_it_is_told_to()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        var path = _workshop.Beside("stopped.pack");
        await File.WriteAllBytesAsync(path, Pack(Whole(3, "hello"u8.ToArray())));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => PackIndexer.IndexAsync(path, path + ".idx", null, 100, AnyWork, stop.Token));
    }

    private async Task<byte[]> IndexAsync(byte[] pack, long maxWork = AnyWork, ObjectStore? known = null)
    {
        var path = _workshop.Beside($"{Guid.CreateVersion7():N}.pack");
        await File.WriteAllBytesAsync(path, pack);
        await PackIndexer.IndexAsync(path, path + ".idx", known, 100_000, maxWork, TestContext.Current.CancellationToken);
        return await File.ReadAllBytesAsync(path + ".idx");
    }

    private byte[] GitIndex(string pack)
    {
        GitWorkshop.GitIn(_workshop.Tree, null, "index-pack", pack);
        return File.ReadAllBytes(Path.ChangeExtension(pack, ".idx"));
    }

    // With the low sum 256 c + d, that is 1 + the sum of all bytes, c follows from the others; then the high sum must be 256 a + b.
    private static byte[] EndsInItsChecksum()
    {
        for (var number = 0; ; number++)
        {
            var (start, a, b) = (number >> 16, (byte)(number >> 8), (byte)number);
            if ((1 + start + a + b) % 255 != 0)
            {
                continue;
            }

            for (var d = 0; d < 256; d++)
            {
                byte[] content = [(byte)start, a, b, (byte)((1 + start + a + b) / 255), (byte)d];
                if (Adler32.Append(Adler32.Start, content) == BinaryPrimitives.ReadUInt32BigEndian(content.AsSpan(1)))
                {
                    return content;
                }
            }
        }
    }

    private static IEnumerable<byte> Repeat(byte[] part, int times) => Enumerable.Repeat(part, times).SelectMany(bytes => bytes);
}
