using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>What rules about downloads have in common.</summary>
internal static partial class Downloads
{
    public static bool IsDownload(RunCommand command) => command.Is("curl", "wget", "aria2c", "http", "fetch");

    /// <summary>Whether the <c>RUN</c> compares something with a sum or a signature.</summary>
    public static bool IsVerified(DockerRun run) =>
        run.Commands.Any(command => command.Is("sha256sum", "sha512sum", "sha1sum", "sha384sum", "shasum", "md5sum", "b2sum", "gpgv", "cosign", "minisign", "signify")
            || (command.Is("gpg", "gpg2") && command.HasLong("--verify")) || (command.Program == "openssl" && command.Arguments.FirstOrDefault().Text == "dgst")
            || (command.Is("apk", "rpm") && command.HasShort('K')));

    /// <summary>An address without encryption of a host that others can stand before.</summary>
    public static string? PlainAddress(string word)
    {
        var match = Plain().Match(word);
        var host = match.Groups["host"].Value;
        return match.Success && host.Contains('.', StringComparison.Ordinal) && !Private().IsMatch(host) ? host : null;
    }

    [GeneratedRegex(@"^(http|ftp)://([^/@\s]*@)?(?<host>[A-Za-z0-9.-]+)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Plain();

    // RFC 1918, RFC 3927, RFC 6761 and what people call their own networks.
    [GeneratedRegex(@"^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|169\.254\.|0\.0\.0\.0)|\.(local|localhost|internal|intranet|lan|corp|home|test|example|invalid)$|(^|\.)example\.(com|org|net)$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Private();
}
