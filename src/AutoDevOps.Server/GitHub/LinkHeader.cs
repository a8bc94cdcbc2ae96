using System.Net.Http.Headers;

namespace AutoDevOps.Server.GitHub;

/// <summary>Reads where the next page is.</summary>
/// <remarks>Source: RFC 8288, section 3.</remarks>
internal static class LinkHeader
{
    /// <returns>The target of <c>rel="next"</c>; null when there is none.</returns>
    public static Uri? Next(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Link", out var values))
        {
            return null;
        }

        foreach (var link in string.Join(',', values).Split('<').Skip(1))
        {
            var end = link.IndexOf('>', StringComparison.Ordinal);
            if (end > 0 && NameValues(link[(end + 1)..]).Any(IsNext) && Uri.TryCreate(link[..end], UriKind.Absolute, out var address))
            {
                return address;
            }
        }

        return null;
    }

    private static IEnumerable<NameValueHeaderValue> NameValues(string parameters) =>
        parameters.Split([';', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(text => NameValueHeaderValue.TryParse(text, out var value) ? value : null).OfType<NameValueHeaderValue>();

    private static bool IsNext(NameValueHeaderValue parameter) =>
        parameter.Name.Equals("rel", StringComparison.OrdinalIgnoreCase)
        && (parameter.Value ?? "").Trim('"').Split(' ').Contains("next", StringComparer.OrdinalIgnoreCase);
}
