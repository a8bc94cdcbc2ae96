using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Rules.Secrets;

namespace AutoDevOps.Analyzer.Tests.Rules;

/// <summary>Puts values of the right format in place of <c>@@…@@</c>, so that no file of ours holds one: they belong to nobody,
/// and are the same on each run.</summary>
internal static partial class FakeSecrets
{
    private const string Alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public static string Fill(string text)
    {
        var count = 0;
        return Marker().Replace(text, match => Value(match.Groups["kind"].Value, match.Groups["argument"].Value, count++));
    }

    private static string Value(string kind, string argument, int seed) => kind switch
    {
        "GITHUB" => argument + WithChecksum(Random(Alphanumeric, 30, seed)),
        "GITHUB_PAT" => "github_" + "pat_" + Random(Alphanumeric, 22, seed) + "_" + Random(Alphanumeric, 59, seed + 100),
        "AWS_ID" => "AK" + "IA" + Random("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16, seed),
        "HEX" => Random("0123456789abcdef", int.Parse(argument), seed),
        "LOWER" => Random("0123456789abcdefghijklmnopqrstuvwxyz", int.Parse(argument), seed),
        "UPPER" => Random("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", int.Parse(argument), seed),
        "ALPHA" => Random(Alphanumeric[10..], int.Parse(argument), seed),
        "DIGITS" => "7" + Random("0123456789", int.Parse(argument) - 1, seed),
        "BECH" => Random(Bech32.Digits, int.Parse(argument), seed).ToUpperInvariant(),
        "UUID" => new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}")).AsSpan(0, 16)).ToString(),
        "GLSA" => Grafana("gl" + "sa_" + Random(Alphanumeric, 32, seed)),
        "AGE" => Age(Random(Bech32.Digits, 52, seed)),
        "BASIC" => Convert.ToBase64String(Encoding.ASCII.GetBytes($"{argument}:{Random(Alphanumeric, 20, seed)}")),
        "DISCORD_ID" => Url64("7" + Random("0123456789", 17, seed)),
        "JWT" => Url64("""{"alg":"HS256","typ":"JWT"}""") + "." + Url64(Claims(argument)) + "." + Random(Alphanumeric, 43, seed),
        "RANDOM" or "ALNUM" => Random(Alphanumeric, int.Parse(argument), seed),
        "SLACK" => "xo" + "xb-" + Random("123456789", 12, seed) + "-" + Random("123456789", 12, seed + 100) + "-" + Random(Alphanumeric, 24, seed),
        "SLACKHOOK" => "services/T" + Random("ABCDEFGHJKLMNPQRSTUVW", 9, seed) + "/B" + Random("ABCDEFGHJKLMNPQRSTUVW", 9, seed + 100) + "/" + Random(Alphanumeric, 24, seed),
        "STRIPE" => argument + "live_" + Random(Alphanumeric, 24, seed),
        "GOOGLE" => "AI" + "za" + Random(Alphanumeric, 35, seed),
        "BEGIN" => "-----BEGIN " + argument + "PRIVATE KEY-----",
        "END" => "-----END " + argument + "PRIVATE KEY-----",
        "DER" => Convert.ToBase64String([0x30, 0x81, 0xC8, .. SHA512.HashData([1]), .. SHA512.HashData([2]), .. SHA512.HashData([3]), .. new byte[8]]),
        _ => throw new InvalidOperationException($"'{kind}' is no kind of secret."),
    };

    private static string Claims(string kind) => kind switch
    {
        "service_role" or "anon" => $$"""{"iss":"supabase","ref":"qhwkzmbnvpxrtjdy","role":"{{kind}}","iat":1700000000,"exp":2015000000}""",
        "short" => """{"sub":"u-83","iat":1700000000,"exp":1700003600}""",
        "john" => """{"sub":"1234567890","name":"John Doe","iat":1516239022}""",
        _ => """{"sub":"u-83","scope":"deploy","iat":1700000000}""",
    };

    private static string Grafana(string start) => start + "_" + GrafanaToken.Checksum(start);

    private static string Age(string data) => ("age-secret-" + "key-1" + data + Bech32.Checksum("age-secret-key-", data)).ToUpperInvariant();

    private static string Url64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static string WithChecksum(string random) => random + Base62Checksum.Of(random);

    private static string Random(string alphabet, int length, int seed)
    {
        var text = new StringBuilder();
        for (var block = 0; text.Length < length; block++)
        {
            foreach (var value in SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{block}")))
            {
                text.Append(alphabet[value % alphabet.Length]);
            }
        }

        return text.ToString(0, length);
    }

    [GeneratedRegex("@@(?<kind>[A-Z_]+?)(:(?<argument>[A-Za-z0-9_ ]*))?@@", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Marker();
}
