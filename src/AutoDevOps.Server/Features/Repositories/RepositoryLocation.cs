using System.Net;
using System.Net.Sockets;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Where a repository's files come from, checked and written in one way, so that the same place is connected once.</summary>
internal static class RepositoryLocation
{
    private const int MaxLength = 2000;

    /// <summary>A folder of this machine.</summary>
    /// <returns>Its full path without links in the way, or what is wrong with it.</returns>
    public static (string? Location, string? Error) Folder(string path)
    {
        if (path.Length is 0 or > MaxLength || path.Contains('\0', StringComparison.Ordinal))
        {
            return (null, "Give the path of a folder.");
        }

        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        try
        {
            if (File.Exists(full))
            {
                return (null, $"{full} is a file. Give the folder that holds the repository.");
            }

            if (!Directory.Exists(full))
            {
                return (null, $"{full} does not exist.");
            }

            var resolved = Path.TrimEndingDirectorySeparator(Directory.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full);
            return Directory.EnumerateFileSystemEntries(resolved).Any(entry => Path.GetFileName(entry) != ".git")
                ? (resolved, null)
                : (null, $"{full} is empty: there is nothing to analyse.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (null, $"{full} cannot be read ({exception.Message.TrimEnd('.')}).");
        }
    }

    /// <summary>A git repository on the network.</summary>
    /// <remarks>Only the form is checked here. What a name resolves to is checked when something is fetched, since it may change.</remarks>
    public static (string? Location, string? Error) GitAddress(string address, bool allowPrivateNetworks)
    {
        if (address.Length > MaxLength || !Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttps
            || uri.Host.Length == 0)
        {
            return (null, "Give a git address that begins with https://");
        }

        if (uri.UserInfo.Length > 0)
        {
            return (null, "The address holds a user name or password. Leave it out: it would be shown to everybody in the organization.");
        }

        if (uri.Query.Length > 0 || uri.Fragment.Length > 0 || uri.AbsolutePath.Trim('/').Length == 0)
        {
            return (null, "Give the address that git clone takes, such as https://example.com/team/project.git");
        }

        if (!allowPrivateNetworks && IsLocal(uri))
        {
            return (null, "The address lies in a private network, which this installation does not allow.");
        }

        var location = uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/');
        return (location, null);
    }

    /// <summary>What people call it: the last part of where it lies.</summary>
    public static string NameOf(string location)
    {
        var name = location.TrimEnd('/', '\\').Split('/', '\\')[^1];
        name = name.EndsWith(".git", StringComparison.OrdinalIgnoreCase) ? name[..^4] : name;
        name = Uri.UnescapeDataString(name).Trim();
        return name.Length == 0 ? "repository" : name[..Math.Min(name.Length, 200)];
    }

    private static bool IsLocal(Uri uri)
    {
        var host = uri.IdnHost.TrimEnd('.');
        if (!IPAddress.TryParse(host, out var address))
        {
            return host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
                || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
                || host.EndsWith(".internal", StringComparison.OrdinalIgnoreCase)
                || host.EndsWith(".local", StringComparison.OrdinalIgnoreCase);
        }

        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal || address.Equals(IPAddress.IPv6Any);
        }

        var octets = address.GetAddressBytes();
        return octets[0] is 0 or 10 or 127 or >= 224
            || (octets[0] == 100 && octets[1] is >= 64 and < 128)
            || (octets[0] == 169 && octets[1] == 254)
            || (octets[0] == 172 && octets[1] is >= 16 and < 32)
            || (octets[0] == 192 && octets[1] == 168);
    }
}
