using System.Text;
using AutoDevOps.Server.GitHub;

namespace AutoDevOps.Server.Tests.Webhooks;

public sealed class WebhookSignatureTests
{
    // GitHub's own, from https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation
    private const string Secret = "It's a Secret to Everybody";
    private const string Body = "Hello, World!";
    private const string Right = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    [Fact]
    public void GitHubs_own_example_holds()
    {
        Assert.Equal(Right, WebhookSignature.Write(Secret, Encoding.UTF8.GetBytes(Body)));
        Assert.True(IsValid(Secret, Body, Right));
    }

    // RFC 4231, test cases 1 to 4, 6 and 7.
    [Theory]
    [InlineData("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")]
    [InlineData("4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd", "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe")]
    [InlineData("0102030405060708090a0b0c0d0e0f10111213141516171819", "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd", "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b")]
    public void The_published_vectors_hold(string key, string message, string mac) => Assert.True(WebhookSignature.IsValid(
        Convert.FromHexString(key), Convert.FromHexString(message), WebhookSignature.Read($"sha256={mac}")));

    [Fact]
    public void Each_changed_bit_of_body_secret_and_signature_shows()
    {
        var body = Encoding.UTF8.GetBytes(Body);
        var signature = WebhookSignature.Read(Right)!;
        for (var bit = 0; bit < 8 * signature.Length; bit++)
        {
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(WebhookSignature.IsValid(Encoding.UTF8.GetBytes(Secret), body, signature));
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        for (var bit = 0; bit < 8 * body.Length; bit++)
        {
            body[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(WebhookSignature.IsValid(Encoding.UTF8.GetBytes(Secret), body, signature));
            body[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.False(IsValid("It's a secret to Everybody", Body, Right));
        Assert.False(IsValid("", Body, Right));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sha256=")]
    [InlineData("757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")]
    [InlineData("sha1=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")]
    [InlineData("SHA256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")]
    [InlineData("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e1")]
    [InlineData("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17a")]
    [InlineData("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e1g")]
    [InlineData("sha256= 57107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")]
    public void What_is_not_such_a_header_is_none(string? header) => Assert.Null(WebhookSignature.Read(header));

    private static bool IsValid(string secret, string body, string header) =>
        WebhookSignature.IsValid(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body), WebhookSignature.Read(header));
}
