using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace AutoDevOps.Server.Git;

/// <summary>The network as it is; tests put another in its place.</summary>
internal class GitNetwork
{
    /// <summary>Certificates that are trusted instead of the machine's; null: the machine's.</summary>
    public virtual X509Certificate2Collection? TrustedRoots => null;

    /// <exception cref="SocketException">The name does not resolve.</exception>
    public virtual Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) => Dns.GetHostAddressesAsync(host, cancellationToken);

    /// <exception cref="SocketException">Nothing answers.</exception>
    public virtual async Task<Stream> ConnectAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
