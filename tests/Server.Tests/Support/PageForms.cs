using System.Net;
using System.Text.RegularExpressions;

namespace AutoDevOps.Server.Tests.Support;

/// <summary>Submits the forms of pages as a browser does: with the hidden token of the page and the cookie that belongs to it.</summary>
internal static partial class PageForms
{
    /// <param name="client">Signed in, and following no redirect.</param>
    /// <param name="page">Where the form stands.</param>
    /// <param name="action">What it posts to.</param>
    public static async Task<HttpResponseMessage> SubmitAsync(this HttpClient client, string page, string action, params (string Name, string Value)[] fields)
    {
        using var shown = await client.GetAsync(page);
        var html = await shown.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, shown.StatusCode);
        Assert.Contains($"action=\"{action}\"", html, StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Post, action)
        {
            Content = new FormUrlEncodedContent(fields.Append(("__RequestVerificationToken", Token().Match(html).Groups["token"].Value)).Select(field => KeyValuePair.Create(field.Item1, field.Item2))),
        };
        // The client's own header names the session; a second one would replace it.
        var session = client.DefaultRequestHeaders.GetValues("Cookie").Single();
        var forms = shown.Headers.TryGetValues("Set-Cookie", out var set) ? set.Select(cookie => cookie.Split(';')[0]) : [];
        request.Headers.Add("Cookie", string.Join("; ", forms.Prepend(session)));
        return await client.SendAsync(request);
    }

    [GeneratedRegex("""name="__RequestVerificationToken"[^>]* value="(?<token>[^"]+)""", RegexOptions.NonBacktracking)]
    private static partial Regex Token();
}
