using System.Runtime.CompilerServices;
using System.Text;

namespace AutoDevOps.Server.GitHub;

/// <summary>Builds paths of the API, in which what is filled in is always one part: <c>GitHubPath.Of($"repos/{owner}/{name}/pulls")</c>.</summary>
internal static class GitHubPath
{
    public static string Of(Parts parts) => parts.ToString();

    /// <summary>A repository's path, by <c>owner/name</c>.</summary>
    public static string Repository(string fullName)
    {
        var parts = fullName.Split('/');
        return parts.Length == 2 ? Of($"repos/{parts[0]}/{parts[1]}") : throw new ArgumentException($"{fullName} is not owner/name.", nameof(fullName));
    }

    /// <summary>A branch or tag, whose slashes stay, as GitHub's addresses have them.</summary>
    public static string Ref(string name) => string.Join('/', name.Split('/').Select(Escape));

    // "." and ".." would be resolved before anything is sent.
    private static string Escape(string part) =>
        part is "" or "." or ".." ? throw new ArgumentException($"\"{part}\" is no part of an address.", nameof(part)) : Uri.EscapeDataString(part);

    [InterpolatedStringHandler]
    public readonly ref struct Parts(int literalLength, int formattedCount)
    {
        private readonly StringBuilder _text = new(literalLength + (formattedCount * 16));

        public void AppendLiteral(string value) => _text.Append(value);

        public void AppendFormatted(string value) => _text.Append(Escape(value));

        public void AppendFormatted(long value) => _text.Append(value.ToString(System.Globalization.CultureInfo.InvariantCulture));

        public void AppendFormatted(Guid value) => _text.Append(value);

        public override string ToString() => _text.ToString();
    }
}
