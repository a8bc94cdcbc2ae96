namespace AutoDevOps.Analyzer.Parsing.Workflows;

public enum ActionKind
{
    /// <summary><c>./path</c> in the checked-out folder, or <c>$/path</c> in the repository at the running commit (since 2026-07-30).</summary>
    Local,

    /// <summary><c>docker://image</c></summary>
    Docker,

    /// <summary><c>owner/repository/path@ref</c></summary>
    Remote,

    /// <summary>None of these.</summary>
    Invalid,
}

/// <summary>The value of <c>uses</c>, taken apart.</summary>
/// <param name="Owner">Lower case; <c>""</c> unless remote.</param>
/// <param name="Repository">Lower case; <c>""</c> unless remote.</param>
/// <param name="Path">Below the repository, or the local path, or the image.</param>
/// <param name="Ref">After <c>@</c>; null when there is none.</param>
public sealed record ActionReference(ActionKind Kind, string Owner, string Repository, string Path, string? Ref)
{
    /// <summary><c>owner/repository</c>, lower case.</summary>
    public string Name => $"{Owner}/{Repository}";

    /// <summary>Whether the reference names one commit or image for ever.</summary>
    public bool IsPinned => Kind switch
    {
        ActionKind.Docker => Path.Contains("@sha256:", StringComparison.Ordinal),
        ActionKind.Remote => Ref is { Length: 40 or 64 } && Ref.All(char.IsAsciiHexDigit),
        _ => true,
    };

    /// <summary>The major version that the reference names (<c>v4</c>, <c>v4.1</c>), or null.</summary>
    public int? Major =>
        Ref is ['v', .. var digits] && int.TryParse(digits.Split('.')[0], out var major) ? major : null;

    public bool Is(string name) => Kind == ActionKind.Remote && Name == name;

    public static ActionReference Parse(string uses)
    {
        uses = uses.Trim();
        if (uses.StartsWith("$/", StringComparison.Ordinal) || uses.StartsWith("./", StringComparison.Ordinal) || uses.StartsWith("../", StringComparison.Ordinal) || uses == ".")
        {
            return new(ActionKind.Local, "", "", uses, null);
        }

        if (uses.StartsWith("docker://", StringComparison.Ordinal))
        {
            return new(ActionKind.Docker, "", "", uses["docker://".Length..], null);
        }

        var at = uses.IndexOf('@', StringComparison.Ordinal);
        var parts = (at < 0 ? uses : uses[..at]).Split('/', 3);
        if (parts.Length < 2 || parts[0].Length == 0 || parts[1].Length == 0)
        {
            return new(ActionKind.Invalid, "", "", uses, null);
        }

        return new(
            ActionKind.Remote,
            parts[0].ToLowerInvariant(),
            parts[1].ToLowerInvariant(),
            parts.Length > 2 ? parts[2] : "",
            at < 0 ? null : uses[(at + 1)..]);
    }
}
