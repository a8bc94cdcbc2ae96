namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>What is known of images that many build on. Of any other image one cannot know without reading it.</summary>
internal static class KnownImages
{
    /// <summary>Images whose programs and builds start as root.</summary>
    public static HashSet<string> StartAsRoot { get; } = new(StringComparer.Ordinal)
    {
        "alpine", "amazoncorretto", "amazonlinux", "busybox", "debian", "eclipse-temurin", "fedora", "golang", "gradle", "maven", "node", "openjdk",
        "oven/bun", "perl", "php", "python", "ruby", "rust", "swift", "tomcat", "ubuntu", "elixir", "erlang", "haskell", "rockylinux", "almalinux",
        "mcr.microsoft.com/dotnet/aspnet", "mcr.microsoft.com/dotnet/runtime", "mcr.microsoft.com/dotnet/sdk", "mcr.microsoft.com/dotnet/runtime-deps",
    };

    /// <summary>Users without rights that images bring for the programs of others: what <c>USER</c> may name.</summary>
    /// <remarks>The READMEs of docker-library's node, and of .NET's images from 8 on.</remarks>
    public static IReadOnlyDictionary<string, string> OwnUser { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["node"] = "node",
        ["mcr.microsoft.com/dotnet/aspnet"] = "$APP_UID",
        ["mcr.microsoft.com/dotnet/runtime"] = "$APP_UID",
        ["mcr.microsoft.com/dotnet/runtime-deps"] = "$APP_UID",
    };

    /// <summary>Images that set no <c>WORKDIR</c>, so that it is the root of the file system.</summary>
    public static HashSet<string> WithoutWorkdir { get; } = new(StringComparer.Ordinal)
    {
        "alpine", "debian", "ubuntu", "node", "python", "ruby", "fedora", "rockylinux", "almalinux", "amazonlinux", "busybox", "eclipse-temurin", "amazoncorretto",
        "nginx", "rust", "scratch", "mcr.microsoft.com/dotnet/aspnet", "mcr.microsoft.com/dotnet/runtime", "mcr.microsoft.com/dotnet/sdk", "mcr.microsoft.com/dotnet/runtime-deps",
    };
}
