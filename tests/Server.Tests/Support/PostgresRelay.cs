using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace AutoDevOps.Server.Tests.Support;

/// <summary>Stands between a client and the server, as a network or a pooler does: counts, freezes, cuts, or keeps notifications back.</summary>
internal sealed class PostgresRelay : IAsyncDisposable
{
    private readonly NpgsqlConnectionStringBuilder _server;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Guid, (Socket Client, Socket Server)> _pairs = new();
    private TaskCompletionSource _isOpen = Done();
    private int _requests;

    public PostgresRelay(string connectionString)
    {
        _server = new NpgsqlConnectionStringBuilder(connectionString);
        _listener.Start();
        ConnectionString = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Host = "127.0.0.1",
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port,
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ToString();
        _ = AcceptAsync();
    }

    public string ConnectionString { get; }

    /// <summary>How often the client has asked and waited for the answer: each ends with a Sync or is a simple query.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Whether notifications are dropped on their way to the client.</summary>
    public bool KeepsNotifications { get; set; }

    /// <summary>Nothing passes in either direction, and nobody is told; new connections hang too.</summary>
    public void Freeze() => _isOpen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Thaw() => _isOpen.TrySetResult();

    /// <summary>Ends every connection.</summary>
    public void Cut()
    {
        foreach (var (id, pair) in _pairs)
        {
            _pairs.TryRemove(id, out _);
            pair.Client.Dispose();
            pair.Server.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Thaw();
        _listener.Dispose();
        Cut();
    }

    private static TaskCompletionSource Done()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                client.NoDelay = true;
                var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await server.ConnectAsync(new UnixDomainSocketEndPoint($"{_server.Host}/.s.PGSQL.{_server.Port}"), _stop.Token);
                _pairs[Guid.CreateVersion7()] = (client, server);
                _ = PassAsync(client, server, isFromClient: true);
                _ = PassAsync(server, client, isFromClient: false);
            }
        }
        catch (Exception ending) when (ending is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task PassAsync(Socket from, Socket to, bool isFromClient)
    {
        await using var input = new NetworkStream(from);
        await using var output = new NetworkStream(to);
        try
        {
            if (isFromClient)
            {
                // The first message has no type.
                await PassOneAsync(input, output, hasType: false, isFromClient);
            }

            while (true)
            {
                await PassOneAsync(input, output, hasType: true, isFromClient);
            }
        }
        catch (Exception ending) when (ending is IOException or ObjectDisposedException or OperationCanceledException)
        {
            from.Dispose();
            to.Dispose();
        }
    }

    private async Task PassOneAsync(NetworkStream input, NetworkStream output, bool hasType, bool isFromClient)
    {
        var header = new byte[hasType ? 5 : 4];
        await input.ReadExactlyAsync(header, _stop.Token);
        var message = new byte[header.Length + BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(hasType ? 1 : 0)) - 4];
        header.CopyTo(message, 0);
        await input.ReadExactlyAsync(message.AsMemory(header.Length), _stop.Token);
        await _isOpen.Task;
        var type = hasType ? (char)message[0] : ' ';
        if (isFromClient && type is 'S' or 'Q')
        {
            Interlocked.Increment(ref _requests);
        }

        if (isFromClient || type != 'A' || !KeepsNotifications)
        {
            await output.WriteAsync(message, _stop.Token);
        }
    }
}
