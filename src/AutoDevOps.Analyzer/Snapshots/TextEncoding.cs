using System.Text;
using System.Text.Unicode;

namespace AutoDevOps.Analyzer.Snapshots;

/// <summary>Turns bytes into text: UTF-8, or UTF-16 where a byte order mark says so, as editors of Windows write it.</summary>
internal static class TextEncoding
{
    /// <summary>UTF-16 if the bytes begin with its mark; null: UTF-8.</summary>
    public static Encoding? Of(ReadOnlySpan<byte> head) => head switch
    {
        // That of UTF-32 begins alike.
        [0xFF, 0xFE, 0, 0, ..] => null,
        [0xFF, 0xFE, ..] => Encoding.Unicode,
        [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode,
        _ => null,
    };

    /// <summary>The text without its byte order mark; what is not of the encoding is U+FFFD.</summary>
    public static (string Text, TextFlaw Flaw) Decode(byte[] bytes)
    {
        if (Of(bytes) is { } wide)
        {
            return (wide.GetString(bytes, 2, bytes.Length - 2), TextFlaw.Wide);
        }

        var start = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? 3 : 0;
        var text = Encoding.UTF8.GetString(bytes, start, bytes.Length - start);
        return (text, text.Contains('\uFFFD', StringComparison.Ordinal) && !Utf8.IsValid(bytes) ? TextFlaw.Unknown : TextFlaw.None);
    }
}

/// <summary>What is unusual about how a text is encoded.</summary>
internal enum TextFlaw
{
    None,

    /// <summary>UTF-16.</summary>
    Wide,

    /// <summary>Neither UTF-8 nor anything that says what it is.</summary>
    Unknown,
}
