using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;

namespace AutoDevOps.Server.Tests.Support;

/// <summary>Sends the forms of pages as a browser does: with what the page put into them.</summary>
internal static partial class PageForm
{
    /// <summary>Loads the page, finds the form that posts to this address, and sends it with its hidden fields and these.</summary>
    /// <param name="client">Signed in, with its cookie as a default header.</param>
    public static async Task<HttpResponseMessage> SendFormAsync(this HttpClient client, string page, string action, params (string Name, string Value)[] fields)
    {
        using var shown = await client.GetAsync(page);
        Assert.Equal(HttpStatusCode.OK, shown.StatusCode);
        var html = WebUtility.HtmlDecode(await shown.Content.ReadAsStringAsync());
        var form = Forms().Matches(html).SingleOrDefault(form => form.Value.Contains($"action=\"{action}\"", StringComparison.Ordinal))?.Value;
        Assert.True(form is not null, $"{page} has no form that posts to {action}.");
        var values = Hidden().Matches(form).ToDictionary(field => field.Groups["name"].Value, field => field.Groups["value"].Value, StringComparer.Ordinal);
        foreach (var (name, value) in fields)
        {
            values[name] = value;
        }

        return await client.PostFormAsync(action, Cookie(shown), values);
    }

    /// <summary>Sends fields that no page made, with the token of a form on the page. Of two fields with one name the last one counts.</summary>
    /// <param name="asJson">Sends no fields but an empty object, and the token in its header.</param>
    public static async Task<HttpResponseMessage> ForgeFormAsync(this HttpClient client, string page, string action, bool asJson, params (string Name, string Value)[] fields)
    {
        using var shown = await client.GetAsync(page);
        var token = Hidden().Matches(await shown.Content.ReadAsStringAsync()).First(field => field.Groups["name"].Value == "__RequestVerificationToken").Groups["value"].Value;
        var values = new Dictionary<string, string>(StringComparer.Ordinal) { ["__RequestVerificationToken"] = token };
        foreach (var (name, value) in fields)
        {
            values[name] = value;
        }

        return await client.PostFormAsync(action, Cookie(shown), values, asJson ? token : null);
    }

    private static async Task<HttpResponseMessage> PostFormAsync(this HttpClient client, string action, string? formCookie, Dictionary<string, string> values, string? headerToken = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, action) { Content = new FormUrlEncodedContent(values) };
        if (headerToken is not null)
        {
            request.Content = JsonContent.Create(new { });
            request.Headers.Add("RequestVerificationToken", headerToken);
        }

        request.Headers.Add("Accept", "text/html");
        request.Headers.Add("Cookie", string.Join("; ", client.DefaultRequestHeaders.GetValues("Cookie").Append(formCookie).OfType<string>()));
        return await client.SendAsync(request);
    }

    private static string? Cookie(HttpResponseMessage page) =>
        page.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies.Single(cookie => cookie.Contains("form", StringComparison.Ordinal)).Split(';')[0] : null;

    [GeneratedRegex("<form\\b.*?</form>", RegexOptions.Singleline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Forms();

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]+)\" value=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Hidden();
}
