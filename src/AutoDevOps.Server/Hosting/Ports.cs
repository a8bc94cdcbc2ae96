using System.Net;
using System.Net.Sockets;

namespace AutoDevOps.Server.Hosting;

/// <summary>Tells about a port in use before anything else is started.</summary>
internal static class Ports
{
    /// <exception cref="StartException">Another program listens there, or this one may not.</exception>
    public static void RequireFree(int port)
    {
        if (port is < 1 or > 65535)
        {
            throw new StartException($"--port {port} is no port: give a number from 1 to 65535.");
        }

        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new StartException($"Port {port} is in use, perhaps by another {Product.Program}. Choose another with --port PORT.");
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AccessDenied)
        {
            throw new StartException($"Listening on port {port} is not allowed. Choose one above 1023 with --port PORT.");
        }
    }
}
