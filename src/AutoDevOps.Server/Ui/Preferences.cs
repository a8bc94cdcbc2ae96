using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace AutoDevOps.Server.Ui;

/// <summary>What a person prefers, kept in cookies so that the first byte of a page already respects it.</summary>
internal static class Preferences
{
    private const string ThemeCookie = "theme";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/preferences/theme", SetTheme).AllowAnonymous().ExcludeFromDescription();

    /// <summary><c>light</c>, <c>dark</c>, or null: as the system has it.</summary>
    public static string? Theme(HttpRequest request) => request.Cookies[ThemeCookie] switch
    {
        "light" => "light",
        "dark" => "dark",
        _ => null,
    };

    private static RedirectHttpResult SetTheme(HttpContext http, [FromForm] string theme, [FromForm] string? back)
    {
        var options = new CookieOptions
        {
            HttpOnly = true,
            IsEssential = true,
            MaxAge = TimeSpan.FromDays(365),
            SameSite = SameSiteMode.Lax,
            Secure = http.Request.IsHttps,
        };
        if (theme is "light" or "dark")
        {
            http.Response.Cookies.Append(ThemeCookie, theme, options);
        }
        else
        {
            http.Response.Cookies.Delete(ThemeCookie, options);
        }

        return TypedResults.LocalRedirect(LocalAddress.Or(back, "/"));
    }
}
