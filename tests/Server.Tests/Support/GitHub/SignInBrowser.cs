using System.Net;

namespace AutoDevOps.Server.Tests.Support.GitHub;

/// <summary>A browser that keeps cookies and is led from page to page by hand, so that a test sees every step between the program and GitHub.</summary>
internal sealed class SignInBrowser(TestServerHost server) : IDisposable
{
    private readonly HttpClient _ours = server.Stranger(saysWhereFrom: false);
    private readonly HttpClient _github = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    private readonly List<string> _seen = [];

    /// <summary>By name.</summary>
    public Dictionary<string, string> Cookies { get; } = new(StringComparer.Ordinal);

    /// <summary>All that the program sent: headers and bodies.</summary>
    public string Seen => string.Join('\n', _seen);

    /// <summary>Where the program is reached.</summary>
    public Uri Address
    {
        get => _ours.BaseAddress!;
        set => _ours.BaseAddress = value;
    }

    /// <param name="site">Who sends the browser there, in the words of Sec-Fetch-Site.</param>
    public async Task<HttpResponseMessage> GetAsync(string address, string site = "same-origin", string accept = "text/html")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { { "Accept", accept }, { "Sec-Fetch-Site", site } } };
        return await SendAsync(request);
    }

    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        if (Cookies.Count > 0)
        {
            request.Headers.Add("Cookie", string.Join("; ", Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        }

        var response = await _ours.SendAsync(request);
        Keep(response);
        _seen.Add($"{response.Headers}\n{await response.Content.ReadAsStringAsync()}");
        return response;
    }

    /// <summary>Begins to sign in.</summary>
    /// <returns>Where the program sends the browser.</returns>
    public async Task<Uri> StartAsync(string returnTo = "/")
    {
        using var answer = await GetAsync($"/auth/github?return_to={Uri.EscapeDataString(returnTo)}");
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return answer.Headers.Location!;
    }

    /// <summary>Is at GitHub, where whoever sits at the browser allows it or does not.</summary>
    /// <returns>Where GitHub sends the browser back to.</returns>
    public async Task<string> DecideAsync(Uri authorize)
    {
        using var answer = await _github.GetAsync(authorize);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return answer.Headers.Location!.ToString();
    }

    /// <summary>Comes back from GitHub.</summary>
    public Task<HttpResponseMessage> ComeBackAsync(string callback) => GetAsync(callback, "cross-site");

    /// <summary>All of it.</summary>
    public async Task<HttpResponseMessage> SignInAsync(string returnTo = "/") => await ComeBackAsync(await DecideAsync(await StartAsync(returnTo)));

    /// <summary>A client with the cookies of now, which follows nothing: for forms and the API.</summary>
    public HttpClient Client()
    {
        var client = server.Stranger();
        client.DefaultRequestHeaders.Add("Cookie", string.Join("; ", Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        return client;
    }

    public void Dispose()
    {
        _ours.Dispose();
        _github.Dispose();
    }

    private void Keep(HttpResponseMessage response)
    {
        foreach (var cookie in response.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
        {
            var (name, value) = cookie.Split(';')[0].Split('=', 2) is [var first, var second] ? (first, second) : throw new FormatException(cookie);
            if (value.Length == 0)
            {
                Cookies.Remove(name);
            }
            else
            {
                Cookies[name] = value;
            }
        }
    }
}
