using System.Security.Cryptography;
using System.Text;
using AutoDevOps.Server.Security;

namespace AutoDevOps.Server.Tests.Security;

public sealed class SealerTests : IDisposable
{
    private const string Secret = "gho_Grüße 🔑";
    private const string Purpose = "github-token";

    private static readonly Guid Place = Guid.CreateVersion7();

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("autodevops-keys-");
    private readonly Sealer _sealer;

    public SealerTests() => _sealer = new Sealer(EncryptionKeys.LoadOrCreate(KeyPath));

    private string KeyPath => Path.Combine(_folder.FullName, "encryption.keys");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData(Secret)]
    public void What_is_sealed_for_a_place_opens_there(string secret) =>
        Assert.Equal(secret, _sealer.Open(_sealer.Seal(secret, Purpose, Place), Purpose, Place));

    [Fact]
    public void Twice_the_same_secret_looks_different_and_never_like_itself()
    {
        var envelopes = Enumerable.Range(0, 100).Select(_ => Convert.ToHexString(_sealer.Seal(Secret, Purpose, Place))).ToList();

        Assert.Equal(100, envelopes.Distinct().Count());
        Assert.Equal(100, envelopes.Select(envelope => envelope[10..34]).Distinct().Count());
        Assert.All(envelopes, envelope => Assert.DoesNotContain(Convert.ToHexString(Encoding.UTF8.GetBytes(Secret)), envelope, StringComparison.Ordinal));
    }

    [Fact]
    public void In_another_row_it_does_not_open() => Refuses(_sealer.Seal(Secret, Purpose, Place), Purpose, Guid.CreateVersion7());

    [Fact]
    public void For_another_purpose_it_does_not_open() => Refuses(_sealer.Seal(Secret, Purpose, Place), "github-refresh-token", Place);

    [Fact]
    public void A_purpose_and_a_place_cannot_be_moved_into_each_other()
    {
        var envelope = _sealer.Seal(Secret, "ab", "cd"u8);

        Assert.ThrowsAny<CryptographicException>(() => _sealer.Open(envelope, "a", "bcd"u8));
        Assert.ThrowsAny<CryptographicException>(() => _sealer.Open(envelope, "abc", "d"u8));
        Assert.ThrowsAny<CryptographicException>(() => _sealer.Open(envelope, "abcd", ""u8));
    }

    [Fact]
    public void With_any_bit_flipped_it_does_not_open()
    {
        var envelope = _sealer.Seal(Secret, Purpose, Place);
        for (var bit = 0; bit < envelope.Length * 8; bit++)
        {
            var changed = envelope.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Refuses(changed, Purpose, Place);
        }
    }

    [Fact]
    public void Cut_or_lengthened_it_does_not_open()
    {
        var envelope = _sealer.Seal(Secret, Purpose, Place);
        for (var length = 0; length < envelope.Length; length++)
        {
            Refuses(envelope[..length], Purpose, Place);
        }

        Refuses([.. envelope, 0], Purpose, Place);
    }

    [Fact]
    public void After_a_second_key_was_added_old_envelopes_open_and_new_ones_are_sealed_with_it()
    {
        var old = _sealer.Seal(Secret, Purpose, Place);
        File.AppendAllText(KeyPath, $"\n 7   {Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}  \n");
        var replaced = new Sealer(EncryptionKeys.LoadOrCreate(KeyPath));

        var fresh = replaced.Seal(Secret, Purpose, Place);

        Assert.Equal(Secret, replaced.Open(old, Purpose, Place));
        Assert.Equal(Secret, replaced.Open(fresh, Purpose, Place));
        Assert.Equal([1, 0, 0, 0, 1], old[..5]);
        Assert.Equal([1, 0, 0, 0, 7], fresh[..5]);
        Assert.Contains("The key 7", Assert.ThrowsAny<CryptographicException>(() => _sealer.Open(fresh, Purpose, Place)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void With_the_keys_of_another_installation_it_does_not_open()
    {
        var other = new Sealer(EncryptionKeys.LoadOrCreate(Path.Combine(_folder.FullName, "other.keys")));

        Assert.ThrowsAny<CryptographicException>(() => other.Open(_sealer.Seal(Secret, Purpose, Place), Purpose, Place));
    }

    [Fact]
    public void The_keys_are_made_once_for_their_owner_only()
    {
        var text = File.ReadAllText(KeyPath);

        Assert.Equal(Secret, new Sealer(EncryptionKeys.LoadOrCreate(KeyPath)).Open(_sealer.Seal(Secret, Purpose, Place), Purpose, Place));

        Assert.Equal(text, File.ReadAllText(KeyPath));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyPath));
        }
    }

    [Fact]
    public void Processes_that_make_the_keys_together_have_the_same()
    {
        // They meet between a look and a step only now and then.
        for (var round = 0; round < 50; round++)
        {
            var path = Path.Combine(_folder.FullName, $"together{round}.keys");
            var made = new EncryptionKeys[8];

            Parallel.For(0, made.Length, at => made[at] = EncryptionKeys.LoadOrCreate(path));

            Assert.Single(made.Select(keys => Convert.ToHexString(keys.Current.Key)).Distinct());
            Assert.DoesNotContain(_folder.GetFiles(), file => file.Name.StartsWith($"together{round}.keys.", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("", "holds no key")]
    [InlineData("\n\n", "holds no key")]
    [InlineData("1 c2hvcnQ=", "line 1 is no key")]
    [InlineData("1", "line 1 is no key")]
    [InlineData("1 not base64!", "line 1 is no key")]
    [InlineData("x AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "line 1 is no key")]
    [InlineData("-1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "line 1 is no key")]
    [InlineData("99999999999 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "line 1 is no key")]
    [InlineData("1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "line 1 is no key")]
    [InlineData("1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "line 3 is no key")]
    public void A_file_that_is_none_of_keys_is_told_by_its_line_and_not_overwritten(string text, string problem)
    {
        File.WriteAllText(KeyPath, text);

        var message = Assert.Throws<IOException>(() => EncryptionKeys.LoadOrCreate(KeyPath)).Message;

        Assert.Contains(problem, message, StringComparison.Ordinal);
        Assert.Contains(KeyPath, message, StringComparison.Ordinal);
        Assert.DoesNotContain("AAAA", message, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(KeyPath));
    }

    private void Refuses(byte[] envelope, string purpose, Guid place) =>
        Assert.ThrowsAny<CryptographicException>(() => _sealer.Open(envelope, purpose, place));
}
