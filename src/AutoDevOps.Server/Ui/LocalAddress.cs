namespace AutoDevOps.Server.Ui;

/// <summary>Addresses that lead nowhere else: where to go back to is told by the request, and a request may lie.</summary>
internal static class LocalAddress
{
    /// <summary>The address if it is a path of this site, else the other one.</summary>
    public static string Or(string? address, string otherwise) =>
        address is ['/', ..] and not ['/', '/' or '\\', ..] && !address.AsSpan().ContainsAny('\r', '\n', '\t') && !address.Contains('\\')
            ? address
            : otherwise;
}
