using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.OtherCi;

/// <summary>Images by whose name one gets another tomorrow.</summary>
internal static class FloatingImage
{
    /// <summary>Whether the name has neither digest nor tag, or the tag <c>latest</c>; what holds a variable is not known.</summary>
    public static bool Is(string image) =>
        image.Length > 0 && image.AsSpan().IndexOfAny("$<{ ") < 0 && ImageReference.Parse(image) is { Digest: null, Tag: null or "latest" };
}
