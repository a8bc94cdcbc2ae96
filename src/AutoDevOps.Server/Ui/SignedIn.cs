using AutoDevOps.Server.Security;

namespace AutoDevOps.Server.Ui;

internal static class SignedIn
{
    /// <summary>Who sees the page. Pages are behind sign-in unless they say otherwise, so there is somebody.</summary>
    public static CurrentUser Person(this HttpContext http) =>
        http.Features.Get<CurrentUser>() ?? throw new InvalidOperationException("A page for signed-in people was rendered for a stranger.");
}
