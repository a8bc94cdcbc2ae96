using System.Reflection;

namespace AutoDevOps.Server.Hosting;

/// <summary>What this program is called and which version it is.</summary>
internal static class Product
{
    public const string Name = "AutoDevOps";

    public const string Program = "autodevops-server";

    public static string Version { get; } =
        typeof(Product).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
