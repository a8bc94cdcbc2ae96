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

    /// <summary>What a name says before the first character that makes it unsafe.</summary>
    public static string SafeStart(string name)
    {
        var unsafeAt = name.AsSpan().IndexOfAnyExcept(Allowed);
        return (unsafeAt < 0 ? name : name[..unsafeAt]).Trim('-', ':', '_', '.');
    }

    /// <summary>A folder may have spaces: it is a value of its own, never a word in a command.</summary>
    public static bool IsSafeFolder(string folder) => IsSafe(folder.Replace(' ', '_'));

    public const string Reason = "its name has characters that a shell or a CI vendor would interpret";
}
