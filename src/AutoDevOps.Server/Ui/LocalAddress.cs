namespace AutoDevOps.Server.Ui;

/// <summary>Addresses that lead nowhere else: where to go back to is told by the request, and a request may lie.</summary>
internal static class LocalAddress
{
    private const int MaxLength = 2000;

    /// <summary>The address if it is a path of this site, else the other one.</summary>
    /// <remarks>Browsers read a backslash as a slash, and pass over tabs and line breaks (WHATWG URL, section 4.4); what is neither ASCII nor
    /// visible cannot stand in a header. Browsers send such characters encoded.</remarks>
    public static string Or(string? address, string otherwise) =>
        address is ['/', ..] and not ['/', '/', ..] && address.Length <= MaxLength
        && !address.AsSpan().ContainsAnyExceptInRange('!', '~') && !address.Contains('\\')
            ? address
            : otherwise;
}
