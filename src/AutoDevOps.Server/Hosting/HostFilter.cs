using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Hosting;

/// <summary>Answers only requests to a name of ours, so that a foreign name that is made to point here reaches nothing.</summary>
/// <remarks>Probes are asked by whatever address an orchestrator knows, and say nothing secret.</remarks>
internal sealed class HostFilter(RequestDelegate next, IOptions<HttpOptions> options)
{
    private readonly HashSet<string> _hosts = new(
        [options.Value.PublicAddress.Host, "localhost", "127.0.0.1", "[::1]", .. options.Value.Hosts], StringComparer.OrdinalIgnoreCase);

    public Task InvokeAsync(HttpContext context) =>
        _hosts.Contains(context.Request.Host.Host) || Health.IsProbe(context.Request)
            ? next(context)
            : Problems.WriteAsync(
                context, StatusCodes.Status421MisdirectedRequest,
                "This server does not answer to that host name. Its owner can add it to AutoDevOps:Http:AllowedHosts.");
}
