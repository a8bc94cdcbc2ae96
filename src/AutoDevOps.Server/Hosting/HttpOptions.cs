using System.ComponentModel.DataAnnotations;

namespace AutoDevOps.Server.Hosting;

/// <summary>How the program is reached.</summary>
public sealed class HttpOptions
{
    /// <summary>The address that people type: scheme, host and port, without a path. With https, everything else is redirected to it
    /// and cookies are marked Secure.</summary>
    /// <value>An http or https address. Default: http://localhost and the port.</value>
    [Required]
    public Uri PublicAddress { get; set; } = new("http://localhost:5080");

    /// <summary>The network address to listen on.</summary>
    /// <value>"localhost", "any" or an IP address. Default: localhost for up, any for serve and work.</value>
    [Required]
    public string Listen { get; set; } = "localhost";

    /// <summary>The port to listen on.</summary>
    /// <value>1 to 65535. Default: 5080; the option --port goes before it.</value>
    [Range(1, 65535)]
    public int Port { get; set; } = 5080;

    /// <summary>The port for Prometheus, on 127.0.0.1 unless <see cref="MetricsListen"/> says otherwise; 0 turns it off.</summary>
    /// <value>0 to 65535. Default: 0 for up, 9464 for serve and work.</value>
    [Range(0, 65535)]
    public int MetricsPort { get; set; } = 9464;

    /// <summary>The network address that Prometheus reaches.</summary>
    /// <value>"localhost", "any" or an IP address. Default: localhost.</value>
    [Required]
    public string MetricsListen { get; set; } = "localhost";

    /// <summary>Host names that are answered besides the one of <see cref="PublicAddress"/>; others are refused, so that no foreign
    /// name can be made to point here.</summary>
    /// <value>Names, separated by commas. Default: none.</value>
    public string AllowedHosts { get; set; } = "";

    /// <summary>Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.</summary>
    /// <value>Addresses and networks such as 10.0.0.0/8, separated by commas. Default: none.</value>
    public string TrustedProxies { get; set; } = "";

    /// <summary>The largest body of a request, in bytes.</summary>
    /// <value>1024 to 26214400. Default: 1048576 (1 MiB).</value>
    [Range(1024, 26_214_400)]
    public int MaxBodyBytes { get; set; } = 1_048_576;

    internal bool IsHttps => PublicAddress.Scheme == Uri.UriSchemeHttps;

    internal IEnumerable<string> Hosts => AllowedHosts.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    internal IEnumerable<string> Proxies => TrustedProxies.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
