using AutoDevOps.Analyzer.Rules.Secrets;

namespace AutoDevOps.Analyzer.Tests.Rules;

/// <summary>Checksums against what their specifications print.</summary>
public sealed class SecretChecksumTests
{
    [Fact]
    public void CRC_32_has_the_value_that_every_table_of_checksums_prints() => Assert.Equal(0xCBF43926u, Base62Checksum.Crc32("123456789"));

    [Theory]
    [InlineData("A12UEL5L", true)]
    [InlineData("a12uel5l", true)]
    [InlineData("split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w", true)]
    [InlineData("split1checkupstagehandshakeupstreamerranterredcaperred2y9e3x", false)]
    [InlineData("A1G7SGD8", false)]
    [InlineData("10a06t8", false)]
    public void Bech32_is_that_of_BIP_173(string text, bool isValid) => Assert.Equal(isValid, Bech32.IsValid(text));

    [Theory]
    [InlineData("""{"sub":"a"}""", true)]
    [InlineData("""{"iat":1700000000,"exp":1700003600}""", false)]
    [InlineData("""{"iat":1700000000,"exp":1800000000}""", true)]
    [InlineData("""{"iat":"x","exp":[]}""", false)]
    [InlineData("[]", false)]
    [InlineData("{", false)]
    public void A_token_that_was_made_for_an_hour_is_dead(string payload, bool isLongLived) => Assert.Equal(isLongLived, JsonWebToken.IsLongLived(payload));

    [Theory]
    [InlineData("xxxxxxxxxxxxxxxxxxxx", true)]
    [InlineData("abc1abc1abc1abc1abc1", true)]
    [InlineData("1234567890abcdef1234", true)]
    [InlineData("<your-token-here>", true)]
    [InlineData("process.env.API_TOKEN", true)]
    [InlineData("bXktc2VjcmV0LXBhc3N3b3Jk", true)]
    [InlineData("kT9vQ2mXz7RbL4wNc8Yd", false)]
    public void What_stands_for_a_secret_is_told_from_one(string value, bool isPlaceholder) => Assert.Equal(isPlaceholder, Placeholders.IsPlaceholder(value));

    [Theory]
    [InlineData("kT9vQ2mXz7RbL4wNc8Yd", true)]
    [InlineData("getAccessTokenSilently2Times", false)]
    [InlineData("MyPassword2024IsLong", false)]
    [InlineData("da39a3ee5e6b4b0d3255bfef95601890afd80709", false)]
    public void What_was_drawn_is_told_from_what_was_written(string value, bool isMixed) => Assert.Equal(isMixed, Randomness.IsMixed(value));
}
