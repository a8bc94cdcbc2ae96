using AutoDevOps.Server.Hosting;

namespace AutoDevOps.Server.Security;

/// <summary>Keeps an API token that may only read from changing anything.</summary>
internal sealed class TokenScopes(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        context.Features.Get<CurrentUser>() is { MayWrite: false } && !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method)
            ? Problems.WriteAsync(context, StatusCodes.Status403Forbidden, "This API token may only read. Make one with the scope write.")
            : next(context);
}
