using System.Buffers;

namespace AutoDevOps.Analyzer.Detectors.Commands;

/// <summary>Decides whether a name from a manifest may stand in a command. Only what every shell and every CI vendor takes
/// literally may; a name is never quoted into safety.</summary>
internal static class SafeName
{
    private const int MaxLength = 200;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:/@+-");

    public static bool IsSafe(string? name) =>
        name is { Length: > 0 and <= MaxLength } && name[0] != '-' && name.AsSpan().IndexOfAnyExcept(Allowed) < 0;

    public const string Reason = "its name has characters that a shell or a CI vendor would interpret";
}
