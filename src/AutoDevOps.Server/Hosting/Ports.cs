using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AutoDevOps.Server.Hosting;

/// <summary>Tells about a port in use before anything else is started.</summary>
internal static class Ports
{
    /// <summary>Reads the option.</summary>
    public static int? Parse(ArgumentResult argument)
    {
        var text = argument.Tokens.Single().Value;
        if (Read(text) is { } port)
        {
            return port;
        }

        argument.AddError($"--port {text} is no port: give a number from 1 to 65535.");
        return null;
    }

    /// <summary>The number in the text; null when it is no port.</summary>
    public static int? Read(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535 ? port : null;

    /// <exception cref="StartException">Another program listens there, or this one may not.</exception>
    public static void RequireFree(int port)
    {
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
