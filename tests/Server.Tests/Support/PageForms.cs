using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;

namespace AutoDevOps.Server.Tests.Support;

/// <summary>Submits the forms of pages as a browser does: with the hidden fields of the form and the cookie that belongs to its token.</summary>
internal static partial class PageForms
{
    private const string Token = "__RequestVerificationToken";

    /// <param name="client">Signed in, and following no redirect.</param>
    /// <param name="page">Where the form stands.</param>
    /// <param name="action">What it posts to.</param>
    public static async Task<HttpResponseMessage> SubmitAsync(this HttpClient client, string page, string action, params (string Name, string Value)[] fields)
    {
        using var shown = await client.GetAsync(page);
        var html = await shown.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, shown.StatusCode);
        var form = Forms().Matches(html).Select(form => form.Value).FirstOrDefault(form => form.Contains($"action=\"{action}\"", StringComparison.Ordinal) && form.Contains("method=\"post\"", StringComparison.Ordinal));
        Assert.True(form is not null, $"{page} has no form that posts to {action}.");
        var hidden = Hidden().Matches(form).Select(field => (field.Groups["name"].Value, WebUtility.HtmlDecode(field.Groups["value"].Value)));
        return await client.SendAsync(shown, action, Content([.. hidden, .. fields]));
    }

    /// <summary>Sends fields that no page made, with a token that a page gave.</summary>
    public static async Task<HttpResponseMessage> ForgeAsync(this HttpClient client, string page, string action, params (string Name, string Value)[] fields)
    {
        using var shown = await client.GetAsync(page);
        return await client.SendAsync(shown, action, Content([(Token, await TokenAsync(shown)), .. fields]));
    }

    /// <summary>Sends JSON where a form is expected, with a token that a page gave.</summary>
    public static async Task<HttpResponseMessage> ForgeJsonAsync(this HttpClient client, string page, string action)
    {
        using var shown = await client.GetAsync(page);
        var content = JsonContent.Create(new { });
        return await client.SendAsync(shown, action, content, await TokenAsync(shown));
    }

    private static async Task<HttpResponseMessage> SendAsync(this HttpClient client, HttpResponseMessage shown, string action, HttpContent content, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, action) { Content = content, Headers = { { "Accept", "text/html" } } };
        if (token is not null)
        {
            request.Headers.Add("RequestVerificationToken", token);
        }

        // The client's own header names the session; a second one would replace it.
        var session = client.DefaultRequestHeaders.GetValues("Cookie").Single();
        var forms = shown.Headers.TryGetValues("Set-Cookie", out var set) ? set.Select(cookie => cookie.Split(';')[0]) : [];
        request.Headers.Add("Cookie", string.Join("; ", forms.Prepend(session)));
        return await client.SendAsync(request);
    }

    // Of two fields with one name the last one counts: it is what somebody typed.
    private static FormUrlEncodedContent Content(IReadOnlyList<(string Name, string Value)> fields) =>
        new(fields.GroupBy(field => field.Name).Select(field => KeyValuePair.Create(field.Key, field.Last().Value)));

    private static async Task<string> TokenAsync(HttpResponseMessage shown) =>
        Hidden().Matches(await shown.Content.ReadAsStringAsync()).First(field => field.Groups["name"].Value == Token).Groups["value"].Value;

    [GeneratedRegex("<form\\b.*?</form>", RegexOptions.Singleline | RegexOptions.NonBacktracking)]
    private static partial Regex Forms();

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]+)\" value=\"(?<value>[^\"]*)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Hidden();
}
