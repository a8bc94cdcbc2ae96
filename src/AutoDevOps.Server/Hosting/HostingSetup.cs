using System.Net;
using AutoDevOps.Server.Jobs;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace AutoDevOps.Server.Hosting;

/// <summary>Logs, listeners, proxies and metrics.</summary>
internal static class HostingSetup
{
    /// <summary>What all but the jobs may take to stop: requests, the last signals, connections.</summary>
    private static readonly TimeSpan ShutdownMargin = TimeSpan.FromSeconds(5);

    /// <summary>Longer than <see cref="ShutdownTimeout"/> can be: the host itself ends a shutdown that takes too long.</summary>
    public static readonly TimeSpan LongestShutdown = TimeSpan.FromMinutes(12);

    /// <summary>Jobs may finish, then those that were stopped may end, then the rest is stopped.</summary>
    public static TimeSpan ShutdownTimeout(JobOptions jobs) => jobs.Drain + jobs.StopGrace + ShutdownMargin;

    /// <summary>For a person at a terminal: only what they should know. For a machine: one JSON object a line.</summary>
    public static void AddLogs(this WebApplicationBuilder builder, bool isLocal)
    {
        builder.Logging.ClearProviders();
        builder.Logging.SetMinimumLevel(isLocal ? LogLevel.Warning : LogLevel.Information);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("System.Net.Http", LogLevel.Warning);
        builder.Logging.AddFilter("Npgsql", LogLevel.Warning);
        // It would rather have an encrypted disk; the folder of the keys is for its owner only.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        // The handler of exceptions logs them with the request; the port in use is told by whoever starts us.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Error);
        builder.Logging.Configure(options => options.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
        builder.Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        if (isLocal)
        {
            builder.Logging.AddConsole(options => options.FormatterName = PersonConsole.FormatterName).AddConsoleFormatter<PersonConsole, ConsoleFormatterOptions>();
        }
        else
        {
            builder.Logging.AddJsonConsole(options =>
            {
                options.IncludeScopes = true;
                options.UseUtcTimestamp = true;
                options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            });
        }
    }

    public static void AddListeners(this WebApplicationBuilder builder)
    {
        var http = builder.Configuration.GetSection($"{OptionsCatalog.Root}:Http").Get<HttpOptions>() ?? new HttpOptions();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = http.MaxBodyBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            Listen(kestrel, http.Listen, http.Port);
            if (http.MetricsPort != 0)
            {
                Listen(kestrel, http.MetricsListen, http.MetricsPort);
            }
        });
        builder.Services.AddOptions<HostOptions>().Configure<IOptions<JobOptions>>((host, jobs) => host.ShutdownTimeout = ShutdownTimeout(jobs.Value));
        builder.Services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            foreach (var proxy in http.Proxies)
            {
                if (System.Net.IPNetwork.TryParse(proxy, out var network))
                {
                    options.KnownIPNetworks.Add(network);
                }
                else if (IPAddress.TryParse(proxy, out var address))
                {
                    options.KnownProxies.Add(address);
                }
                else
                {
                    throw new StartException($"{OptionsCatalog.Root}:Http:TrustedProxies: \"{proxy}\" is neither an address nor a network such as 10.0.0.0/8.");
                }
            }

            if (!http.Proxies.Any())
            {
                // With nobody in the lists, the middleware would believe everybody.
                options.ForwardedHeaders = ForwardedHeaders.None;
            }
        });
    }

    public static void AddTelemetry(this WebApplicationBuilder builder) =>
        builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService(Product.Program, serviceVersion: Product.Version)).WithMetrics(metrics => metrics
            .AddAspNetCoreInstrumentation()
            .AddRuntimeInstrumentation()
            .AddMeter("Npgsql", "AutoDevOps.*")
            .AddPrometheusExporter());

    /// <summary>Metrics have their own port, so that whoever reaches the pages does not reach them.</summary>
    public static void UseMetrics(this WebApplication app)
    {
        var port = app.Services.GetRequiredService<IOptions<HttpOptions>>().Value.MetricsPort;
        if (port == 0)
        {
            return;
        }

        app.MapWhen(context => context.Connection.LocalPort == port, metrics => metrics.UseOpenTelemetryPrometheusScrapingEndpoint());
    }

    private static void Listen(KestrelServerOptions kestrel, string address, int port)
    {
        if (address == "localhost")
        {
            kestrel.ListenLocalhost(port);
        }
        else if (address == "any")
        {
            kestrel.ListenAnyIP(port);
        }
        else if (IPAddress.TryParse(address, out var ip))
        {
            kestrel.Listen(ip, port);
        }
        else
        {
            throw new StartException($"\"{address}\" is no address to listen on: give localhost, any, or an IP address.");
        }
    }
}
