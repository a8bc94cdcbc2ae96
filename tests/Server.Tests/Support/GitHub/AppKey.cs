using System.Security.Cryptography;

namespace AutoDevOps.Server.Tests.Support.GitHub;

/// <summary>The private key of the App of all tests: making one takes a good part of a second.</summary>
internal static class AppKey
{
    private static readonly Lazy<string> Made = new(() =>
    {
        using var key = RSA.Create(2048);
        return key.ExportRSAPrivateKeyPem();
    });

    public static string Pem => Made.Value;
}
