using System.Net;
using AutoDevOps.Server.Hosting;
using AutoDevOps.Server.Security;

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
                return (null, $"{full} does not exist. Give the folder that holds the repository.");
            }

            var resolved = RealPath.Of(full);
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
            return (null, NoHttps(address));
        }

        if (uri.UserInfo.Length > 0)
        {
            return (null, "The address holds a user name or password. Leave it out: it would be shown to everybody in the organization.");
        }

        if (uri.Query.Length > 0 || uri.Fragment.Length > 0 || uri.AbsolutePath.Trim('/').Length == 0)
        {
            return (null, "Give the address that git clone takes, such as https://example.com/team/project.git");
        }

        var reach = Reach(uri);
        if (reach == NetworkReach.Forbidden || (reach == NetworkReach.Private && !allowPrivateNetworks))
        {
            return (null, reach == NetworkReach.Private
                ? "The address lies in a private network, which this installation does not allow (Repositories:AllowPrivateNetworks)."
                : "The address belongs to no private network and no server of the internet: nothing is fetched from there.");
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

    private static NetworkReach Reach(Uri uri) =>
        IPAddress.TryParse(uri.IdnHost.TrimEnd('.'), out var address) ? NetworkAddress.Classify(address)
        : NetworkAddress.IsLocalName(uri.IdnHost) ? NetworkReach.Private
        : NetworkReach.Public;

    // "git@host:team/project.git" is how hosts write it beside the https address.
    private static string NoHttps(string address)
    {
        var at = address.IndexOf('@', StringComparison.Ordinal);
        var colon = address.IndexOf(':', StringComparison.Ordinal);
        var isSsh = address.StartsWith("ssh://", StringComparison.OrdinalIgnoreCase) || (at > 0 && colon > at);
        return isSsh ? "Addresses of ssh need a key, and none is kept here. Give the address of the same repository that begins with https://"
            : address.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? "What http:// fetches can be read and changed on the way. Give the address that begins with https://"
            : "Give a git address that begins with https://";
    }
}
