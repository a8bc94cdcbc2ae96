namespace AutoDevOps.Analyzer.Parsing;

/// <summary>The name of a container image, taken apart.</summary>
/// <param name="Name">Without tag and digest; Docker Hub's prefixes (<c>docker.io/</c>, <c>library/</c>) removed.</param>
internal sealed record ImageReference(string Name, string? Tag, string? Digest)
{
    public static ImageReference Parse(string image)
    {
        string? digest = null;
        string? tag = null;
        if (image.IndexOf('@', StringComparison.Ordinal) is var at and >= 0)
        {
            digest = image[(at + 1)..];
            image = image[..at];
        }

        if (image.LastIndexOf(':') is var colon and >= 0 && colon > image.LastIndexOf('/'))
        {
            tag = image[(colon + 1)..];
            image = image[..colon];
        }

        foreach (var prefix in (ReadOnlySpan<string>)["docker.io/", "index.docker.io/", "library/"])
        {
            if (image.StartsWith(prefix, StringComparison.Ordinal))
            {
                image = image[prefix.Length..];
            }
        }

        return new(image, tag, digest);
    }
}
