using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Hosting;

/// <summary>When the public address is https: sends everybody there, and has browsers remember it.</summary>
internal sealed class HttpsOnly(RequestDelegate next, IOptions<HttpOptions> options)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (!options.Value.IsHttps || Health.IsProbe(context.Request))
        {
            return next(context);
        }

        if (context.Request.IsHttps)
        {
            context.Response.Headers.StrictTransportSecurity = "max-age=31536000";
            return next(context);
        }

        // A program that sent its token in the clear must notice, instead of being led on.
        if (!context.Request.IsForPeople() || !HttpMethods.IsGet(context.Request.Method))
        {
            return Problems.WriteAsync(context, StatusCodes.Status400BadRequest, $"Use {options.Value.PublicAddress}.");
        }

        context.Response.Redirect(
            new Uri(options.Value.PublicAddress, $"{context.Request.Path}{context.Request.QueryString}").ToString(), permanent: true, preserveMethod: true);
        return Task.CompletedTask;
    }
}
